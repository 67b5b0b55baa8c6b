"""What people do with a card, and what they may not."""

from datetime import timedelta

import pytest

from handoff.coaching.cards import CardOver, NotYourCard, acknowledge, close_card, leave_note
from handoff.coaching.states import CARD_MOVES, LIVE, CardStatus
from handoff.models import CoachingCard
from handoff.tests.coaching.histories import Desk, card_of
from leads.tests.factories import NOW
from notifications.models import InboxItem
from teams.tests.factories import isa, lead

pytestmark = pytest.mark.django_db

LATER = NOW + timedelta(hours=2)


@pytest.fixture
def desk():
    return Desk()


@pytest.fixture
def card(desk):
    return card_of(desk)


def said(membership, kind):
    items = InboxItem.objects.filter(membership=membership, kind=kind).order_by("id")
    return [(item.title, item.body) for item in items]


# --- Acknowledging ----------------------------------------------------------------------------------------------------


def test_the_isa_says_that_they_read_it_and_the_team_lead_hears_of_it(boss, card, desk):
    assert acknowledge(card=card, actor=desk.isa, at=LATER)

    card.refresh_from_db()
    assert (card.status, card.acknowledged_at) == (CardStatus.ACKNOWLEDGED, LATER)
    assert said(boss, "coaching_acknowledged")[0][0] == "Mia Setter has read the card on Price"
    assert not InboxItem.objects.unread().filter(membership=desk.isa, about=card.about).exists()


def test_saying_so_twice_changes_nothing(boss, card, desk):
    acknowledge(card=card, actor=desk.isa, at=NOW)

    assert not acknowledge(card=card, actor=desk.isa, at=LATER)

    card.refresh_from_db()
    assert card.acknowledged_at == NOW
    assert len(said(boss, "coaching_acknowledged")) == 1


def test_nobody_says_it_for_them(boss, card, desk):
    for other in (boss, isa(desk.team), desk.agent):
        with pytest.raises(NotYourCard, match="only they can say"):
            acknowledge(card=card, actor=other, at=NOW)


# --- A note -----------------------------------------------------------------------------------------------------------


def test_a_note_of_the_team_lead_reaches_the_isa(boss, card, desk):
    leave_note(card=card, text="We listened to the second call together.", actor=boss, at=LATER)

    card.refresh_from_db()
    assert (card.note, card.noted_by) == ("We listened to the second call together.", boss)
    assert said(desk.isa, "coaching_noted") == [
        ("Lea Template left you a note on Price", "We listened to the second call together.")
    ]


def test_another_note_takes_its_place_and_is_told_too(boss, card, desk):
    leave_note(card=card, text="One", actor=boss, at=NOW)
    leave_note(card=card, text="Two", actor=boss, at=LATER)
    leave_note(card=card, text="Two", actor=boss, at=LATER + timedelta(hours=1))

    assert [body for _, body in said(desk.isa, "coaching_noted")] == ["One", "Two"]


def test_an_empty_note_takes_it_away_quietly(boss, card, desk):
    leave_note(card=card, text="One", actor=boss, at=NOW)
    leave_note(card=card, text="", actor=boss, at=LATER)

    card.refresh_from_db()
    assert card.note == ""
    assert len(said(desk.isa, "coaching_noted")) == 1


def test_notes_and_ends_are_the_team_lead_s(card, desk):
    for other in (desk.isa, desk.agent):
        with pytest.raises(NotYourCard):
            leave_note(card=card, text="x", actor=other, at=NOW)
        with pytest.raises(NotYourCard):
            close_card(card=card, reason="x", actor=other, at=NOW)


# --- The end ----------------------------------------------------------------------------------------------------------


def test_a_closed_card_says_who_and_why(boss, card, desk):
    close_card(card=card, reason="Prices rose, it was not the calls.", actor=boss, at=LATER)

    card.refresh_from_db()
    assert (card.status, card.closed_by, card.closed_at) == (CardStatus.CLOSED, boss, LATER)
    assert said(desk.isa, "coaching_ended") == [("Your card on Price is closed", "Prices rose, it was not the calls.")]


@pytest.mark.parametrize("status", [status for status in CardStatus if status not in LIVE])
def test_a_card_that_has_ended_stays_as_it_ended(boss, card, desk, status):
    assert not CARD_MOVES[status]
    CoachingCard.objects.filter(pk=card.pk).update(status=status, ending="Over")
    for deed in (
        lambda: acknowledge(card=card, actor=desk.isa, at=NOW),
        lambda: leave_note(card=card, text="x", actor=boss, at=NOW),
        lambda: close_card(card=card, reason="x", actor=boss, at=NOW),
    ):
        with pytest.raises(CardOver, match="This card has ended"):
            deed()


# --- Who sees it ------------------------------------------------------------------------------------------------------


def test_isas_see_their_own_team_leads_the_team_s_and_agents_none(boss, card, desk):
    def seen(member):
        return list(CoachingCard.objects.visible_to(member))

    assert seen(desk.isa) == seen(boss) == [card]
    assert seen(isa(desk.team)) == seen(desk.agent) == seen(lead()) == seen(isa()) == []
