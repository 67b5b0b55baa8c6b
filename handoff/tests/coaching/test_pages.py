"""The pages of coaching: what each person finds there, and what it costs."""

import pytest
from django.urls import reverse

from handoff.coaching.cards import acknowledge, close_card
from handoff.coaching.states import CardStatus, Focus
from handoff.facts import answer
from handoff.models import CoachingCard, Handoff
from handoff.tests.coaching.histories import Desk, card_of, live_of
from handoff.tests.pages import signed_in
from leads.answers import save_answers
from leads.models import Lead, Recording
from leads.models.lpmama import Letter
from leads.models.recordings import NoRecording, RecordingKind
from leads.tests.factories import NOW, RECORDING
from teams.models import Policy, SettingChange
from teams.tests.factories import isa, lead

pytestmark = pytest.mark.django_db

OVERVIEW = "/coaching/"


@pytest.fixture
def desk():
    desk = Desk()
    save_answers(lead=desk.lead, changes={"price_second": 73}, actor=desk.isa, at=NOW)
    return desk


@pytest.fixture
def boss(desk):
    return lead(desk.team, user__name="Lea Template")


def url(name, card):
    return reverse(f"handoff:coaching-{name}", args=[card.pk])


def shown(member, address=OVERVIEW):
    answer = signed_in(member).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())


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
