"""Coaching cards over the API."""

from datetime import timedelta

import pytest

from config.tests.api.caller import Caller
from handoff.coaching.states import CardStatus, Focus
from handoff.tests.coaching.histories import card_of
from leads.tests.factories import NOW, RECORDING
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def card(desk):
    return card_of(desk)


def cards(member, query=""):
    return Caller(member).call("GET", f"/coaching/cards{query}").json()["items"]


def test_a_card_tells_the_numbers_the_question_and_the_cases(card, desk):
    told = Caller(desk.isa).call("GET", f"/coaching/cards/{card.pk}").json()

    assert (told["letter"], told["status"], told["isa_name"]) == ("price", "open", "Mia Setter")
    assert (told["flagged"], told["judged"], told["in_a_row_without"], told["wanted_in_a_row"]) == (3, 3, 0, 5)
    assert told["ask"] == "What could you pay each month, all in, and still sleep well?"
    assert len(told["cases"]) == 3
    case = told["cases"][0]
    assert (case["second"], case["recording_url"], case["client"]) == (73, RECORDING, "Dana Example")
    assert case["found"] == "Cannot afford the median price"


def test_the_list_can_be_narrowed(card, desk):
    card_of(desk, "MMM", Focus.MOTIVATION)
    boss = lead(desk.team)

    assert [each["letter"] for each in cards(boss)] == ["motivation", "price"]
    assert len(cards(boss, f"?isa={desk.isa.pk}&status=open")) == 2
    assert cards(boss, f"?isa={isa(desk.team).pk}") == cards(boss, "?status=closed") == []


def test_nobody_gets_another_s(card, desk):
    assert cards(isa(desk.team)) == cards(lead()) == []
    for stranger in (isa(desk.team), lead(), isa()):
        assert Caller(stranger).call("GET", f"/coaching/cards/{card.pk}").status_code == 404
    assert Caller(agent(desk.team)).call("GET", "/coaching/cards").status_code == 403


def test_the_isa_says_that_it_is_read(card, desk):
    path = f"/coaching/cards/{card.pk}/acknowledge"

    first, second = (Caller(desk.isa).call("POST", path) for _ in range(2))

    assert first.status_code == second.status_code == 200
    assert first.json()["status"] == second.json()["status"] == "acknowledged"
    assert first.json()["acknowledged_at"] == second.json()["acknowledged_at"]


def test_refusals_have_codes(card, desk):
    path = f"/coaching/cards/{card.pk}/acknowledge"
    mine = Caller(lead(desk.team)).call("POST", path)
    assert mine.status_code == 403

    desk.history(".....")
    desk.match(at=NOW + timedelta(days=1))
    late = Caller(desk.isa).call("POST", path)
    assert (late.status_code, late.json()["code"]) == (409, "too_late")
    assert desk.card().status == CardStatus.IMPROVED


@pytest.mark.parametrize("marks", ["PPP", "PMGAPMGAPMGA"])
def test_the_list_costs_the_same_however_long(desk, marks, django_assert_num_queries):
    desk.history(marks)
    desk.match()
    caller = Caller(desk.isa)
    caller.call("GET", "/coaching/cards")

    with django_assert_num_queries(2):
        assert len(caller.call("GET", "/coaching/cards").json()["items"]) == len(marks) // 3
