"""The page of a card: what each person finds there, what they do, and what it costs."""

import pytest

from handoff.coaching.states import CardStatus, Focus
from handoff.facts import answer
from handoff.tests.coaching.histories import card_of
from handoff.tests.coaching.looking import shown, url
from handoff.tests.pages import signed_in
from leads.models import Lead, Recording
from leads.models.lpmama import Letter
from leads.models.recordings import NoRecording, RecordingKind
from leads.tests.factories import NOW, RECORDING
from teams.models import Policy

pytestmark = pytest.mark.django_db


# --- One card ---------------------------------------------------------------------------------------------------------


def test_a_card_shows_each_case_with_the_second_of_the_call(desk):
    handoffs = desk.history("PP")
    handoffs.append(desk.set())
    desk.report(handoffs[-1], "P", note="400 was the dream.")
    desk.match()
    card = desk.card()

    page = shown(desk.isa, card.get_absolute_url())

    assert page.count("Dana Example") == 3
    assert answer(handoffs[0].facts, Letter.PRICE) in page
    assert "Cannot afford the median price" in page
    assert "400 was the dream." in page
    assert page.count('data-seek="73"') == 3
    assert page.count(f"{RECORDING}#t=73") >= 3
    assert len({f"player-{each.pk}" for each in handoffs if f'id="player-{each.pk}"' in page}) == 3


def test_bad_contact_data_shows_how_to_reach_them_as_it_was_noted(desk):
    page = shown(desk.isa, card_of(desk, "CCC", Focus.VERIFICATION).get_absolute_url())

    assert "(512) 555-0123 · dana.example@example.com" in page
    assert "data-seek" not in page


def test_without_the_consent_that_the_state_asks_for_no_case_is_played(desk):
    card = card_of(desk)
    Lead.objects.update(state="CA")

    silent = shown(desk.isa, card.get_absolute_url())
    Recording.objects.update(consent_at=NOW)
    heard = shown(desk.isa, card.get_absolute_url())

    assert silent.count("California asks for everybody") == 3
    assert RECORDING not in silent
    assert heard.count(f"{RECORDING}#t=73") >= 3


def test_without_a_recording_the_card_says_so(desk):
    Recording.objects.update(kind=RecordingKind.NONE, reason=NoRecording.IN_PERSON, url="")

    page = shown(desk.isa, card_of(desk).get_absolute_url())

    assert page.count("There is no recording of this call.") == 3


def test_words_of_agents_are_no_markup(desk):
    handoff = desk.set()
    desk.report(handoff, "P", note="<script>alert(1)</script>")
    card = card_of(desk, "PP")

    assert "<script>alert(1)" not in shown(desk.isa, card.get_absolute_url())


@pytest.mark.parametrize("marks", ["P", "PPPP"])
def test_a_card_costs_the_same_however_many_cases(desk, marks, django_assert_num_queries):
    Policy.objects.filter(team=desk.team).update(coaching_flags=1)
    card = card_of(desk, marks)
    client = signed_in(desk.isa)
    client.get(card.get_absolute_url())

    with django_assert_num_queries(8):
        assert client.get(card.get_absolute_url()).content.decode().count("data-player-controls") == len(marks)


# --- What is done there -----------------------------------------------------------------------------------------------


def test_one_key_says_that_it_is_read(desk):
    card = card_of(desk)
    assert 'data-key="a"' in shown(desk.isa, card.get_absolute_url())

    answer = signed_in(desk.isa).post(url("acknowledge", card), follow=True)

    assert "The question stands beside the letter at your next calls." in answer.content.decode()
    assert 'data-key="a"' not in answer.content.decode()
    assert desk.card().status == CardStatus.ACKNOWLEDGED


def test_reading_a_card_says_nothing_for_the_isa(desk):
    shown(desk.isa, card_of(desk).get_absolute_url())

    assert desk.card().status == CardStatus.OPEN


def test_the_team_lead_cannot_say_it_for_them(desk, boss):
    card = card_of(desk)

    assert 'data-key="a"' not in shown(boss, card.get_absolute_url())
    assert signed_in(boss).post(url("acknowledge", card)).status_code == 404


def test_a_note_of_the_team_lead_stands_on_the_card(desk, boss):
    card = card_of(desk)

    signed_in(boss).post(url("note", card), {"note": "We listened to the second call together."})

    page = shown(desk.isa, card.get_absolute_url())
    assert "Lea Template says" in page
    assert "We listened to the second call together." in page


def test_a_note_that_is_too_long_is_refused_and_kept_in_the_form(desk, boss):
    answer = signed_in(boss).post(url("note", card_of(desk)), {"note": "x" * 501})

    assert answer.status_code == 422
    assert "x" * 501 in answer.content.decode()
    assert desk.card().note == ""


def test_closing_takes_a_reason(desk, boss):
    card = card_of(desk)

    refused = signed_in(boss).post(url("close", card), {"reason": " "})
    assert (refused.status_code, desk.card().status) == (422, CardStatus.OPEN)

    signed_in(boss).post(url("close", card), {"reason": "The area's prices rose."})
    assert (desk.card().status, desk.card().ending) == (CardStatus.CLOSED, "The area's prices rose.")


@pytest.mark.parametrize(("deed", "said"), [("note", {"note": "x"}), ("close", {"reason": "x"})])
def test_what_comes_too_late_is_told(desk, boss, deed, said):
    card = card_of(desk)
    desk.after(".....")

    answer = signed_in(boss).post(url(deed, card), said)

    assert answer.status_code == 409
    assert "This card has ended: improved." in answer.content.decode()


def test_acknowledging_what_has_improved_meanwhile_is_told(desk):
    card = card_of(desk)
    desk.after(".....")

    assert signed_in(desk.isa).post(url("acknowledge", card)).status_code == 409
