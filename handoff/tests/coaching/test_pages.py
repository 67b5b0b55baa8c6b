"""The overview of coaching and its settings: what each person finds there, and what it costs."""

import pytest

from handoff.coaching.cards import acknowledge, close_card
from handoff.coaching.states import Focus
from handoff.models import CoachingCard, Handoff
from handoff.tests.coaching.histories import Desk, card_of, live_of
from handoff.tests.coaching.looking import OVERVIEW, shown
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from teams.models import Policy, SettingChange
from teams.tests.factories import isa, lead

pytestmark = pytest.mark.django_db


# --- The overview -----------------------------------------------------------------------------------------------------


def test_an_isa_finds_their_cards_with_what_to_ask_and_how_far_they_are(desk):
    card_of(desk)
    desk.after("..")

    page = shown(desk.isa)

    assert "3 of the last 5 leads" in page
    assert "2 of 5 in a row without it" in page
    assert "Ask: “What could you pay each month, all in, and still sleep well?”" in page


def test_an_isa_finds_what_went_well(desk):
    desk.history("PP........x")

    page = shown(desk.isa)

    assert "Nothing stands out" in page
    assert "8 of 10 of those who came" in page
    assert "10 of 11 of the latest reports" in page
    assert "Reading back" in page
    assert "As noted every time." in page


def test_of_too_few_leads_no_strength_is_made(desk):
    desk.history("...")

    assert "As noted every time." not in shown(desk.isa)


def test_a_team_lead_finds_letters_by_isa(desk, boss):
    other = Desk(isa=isa(desk.team, user__name="Ian Quiet"), agent=desk.agent)
    desk.history("PPPM")
    other.history(".L")
    desk.match()
    other.match()

    answer = signed_in(boss).get(OVERVIEW)

    rows = {row.member.user.name: row for row in answer.context["coaching"].standings}
    assert {name: row.judged for name, row in rows.items()} == {"Ian Quiet": 2, "Mia Setter": 4}
    assert rows["Mia Setter"].counts == dict.fromkeys(Focus, 0) | {Focus.PRICE: 3, Focus.MOTIVATION: 1}
    assert rows["Mia Setter"].live == {"price"}
    assert rows["Ian Quiet"].counts[Focus.LOCATION] == 1
    assert f"Mia Setter: {Focus.PRICE.label}" in answer.content.decode()


def test_only_the_latest_leads_count_in_the_letters(desk, boss):
    desk.history("LLL" + "." * 10)

    (row,) = signed_in(boss).get(OVERVIEW).context["coaching"].standings

    assert (row.counts[Focus.LOCATION], row.judged) == (0, 10)
    assert (row.good.part, row.good.whole) == (10, 13)


def test_what_has_ended_is_shown_as_it_ended(desk, boss):
    card_of(desk)
    desk.after(".....")
    close_card(card=card_of(desk, "MMM", Focus.MOTIVATION), reason="It was the season.", actor=boss, at=NOW)

    page = shown(desk.isa)

    assert "5 leads in a row without it." in page
    assert "It was the season." in page
    assert "Closed by the team lead" in page


def test_nobody_finds_another_team_s(desk):
    card_of(desk)

    assert desk.isa.user.name not in shown(lead())
    assert "Price</a>" not in shown(isa(desk.team))


@pytest.mark.parametrize("rows", [1, 4])
def test_the_overview_costs_the_same_however_many_isas_and_cards(desk, boss, rows, django_assert_num_queries):
    for _ in range(rows):
        one = Desk(isa=isa(desk.team), agent=desk.agent)
        card_of(one, "PMPMPM")
        close_card(card=one.card(Focus.MOTIVATION), reason="x", actor=boss, at=NOW)
    client = signed_in(boss)
    client.get(OVERVIEW)

    with django_assert_num_queries(9):
        client.get(OVERVIEW)


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_other_numbers_hold_at_once_and_are_noted(desk, boss):
    card_of(desk)
    acknowledge(card=desk.card(), actor=desk.isa, at=NOW)

    answer = signed_in(boss).post("/coaching/ways/", {"coaching_flags": 4, "coaching_window": 12}, follow=True)

    assert "cards are by these numbers now" in answer.content.decode()
    assert live_of(desk.isa) == set()
    assert "Coaching flags: 3 → 4" in SettingChange.objects.get().words


@pytest.mark.parametrize(
    ("flags", "window", "words"),
    [("1", "10", "greater than or equal to 2"), ("3", "51", "less than or equal to 50"), ("9", "8", "8 or fewer")],
)
def test_numbers_that_make_no_sense_are_refused(desk, boss, flags, window, words):
    answer = signed_in(boss).post("/coaching/ways/", {"coaching_flags": flags, "coaching_window": window})

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert Policy.objects.get(team=desk.team).coaching_flags == 3
    assert Handoff.objects.count() == CoachingCard.objects.count() == 0
