from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.brief import read_brief
from handoff.queries.board import open_handoffs, rows, totals
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import Membership
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

BOARD = "/board/"


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss() -> Membership:
    return people.lead()


def end(handoff, state: State, **fields) -> None:
    Delivery.objects.filter(about=handoff.about).update(state=state, done_at=NOW, **fields)
    handoff.owner_changes.update(state=state, done_at=NOW)


def test_stuck_handoffs_come_first_then_overdue_then_unread_ones(boss):
    names = ["calm", "unread", "overdue", "stuck"]
    calm, unread, overdue, stuck = (open_handoff(ready(boss.team, first_name=name)) for name in names)
    for handoff in (calm, overdue, stuck, unread):
        end(handoff, State.DONE)
    for handoff in (calm, overdue, stuck):
        read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
    Delivery.objects.filter(about=stuck.about, audience="client").update(state=State.FAILED, answer="550 no mailbox")
    type(overdue).objects.filter(pk=overdue.pk).update(outcome_due_at=NOW - timedelta(hours=1))

    found = open_handoffs(boss, at=NOW)
    assert [row.handoff.lead.first_name for row in rows(found)] == ["stuck", "overdue", "unread", "calm"]
    assert vars_of(totals(found)) == (4, 1, 1, 1)

    page = signed_in(boss).get(BOARD).content.decode()
    assert "550 no mailbox" in page
    assert "Outcome was due" in page


def vars_of(counted) -> tuple[int, int, int, int]:
    return counted.open, counted.stuck, counted.late, counted.unread


def test_a_step_that_waits_for_more_than_a_minute_is_slow(boss):
    handoff = open_handoff(ready(boss.team))
    Delivery.objects.filter(about=handoff.about).update(created_at=NOW, due_at=NOW)

    assert not rows(open_handoffs(boss, at=NOW + timedelta(seconds=30)))[0].is_slow
    assert rows(open_handoffs(boss, at=NOW + timedelta(seconds=90)))[0].is_slow


def test_each_row_sums_the_steps_up_by_the_worst_of_them(boss):
    handoff = open_handoff(ready(boss.team))
    end(handoff, State.DONE)
    Delivery.objects.filter(about=handoff.about, audience="client").update(state=State.FAILED)

    steps = {step.word: step.state for step in rows(open_handoffs(boss, at=NOW))[0].steps}

    assert steps["Owner"] == State.DONE
    assert steps["Agent"] == State.DONE
    assert steps["Client"] == State.FAILED


def test_the_filter_lives_in_the_address(boss):
    first, second = (open_handoff(ready(boss.team, first_name=name)) for name in ("Dana", "Robin"))
    read_brief(handoff=first, membership=first.agent, at=NOW)
    client = signed_in(boss)

    unread = client.get(BOARD, {"want": "unread"}).content.decode()
    assert "Robin" in unread
    assert "Dana" not in unread
    of_agent = client.get(BOARD, {"agent": first.agent.pk}).content.decode()
    assert "Dana" in of_agent
    assert "Robin" not in of_agent
    of_isa = client.get(BOARD, {"isa": second.setter.pk}, **HTMX).content.decode()
    assert "Robin" in of_isa
    assert "Dana" not in of_isa
    assert not of_isa.lstrip().startswith("<!DOCTYPE")
    assert "Nothing matches" in client.get(BOARD, {"want": "stuck"}).content.decode()


def test_a_filter_that_makes_no_sense_filters_nothing(boss):
    open_handoff(ready(boss.team, first_name="Dana"))
    stranger = people.agent()

    page = signed_in(boss).get(BOARD, {"want": "x", "agent": stranger.pk, "isa": "9" * 40}).content.decode()

    assert "Dana" in page


def test_an_empty_board_says_so(boss):
    assert "Nothing is under way" in signed_in(boss).get(BOARD).content.decode()


def test_the_board_is_the_teams_own_and_the_team_leads(boss):
    handoff = open_handoff(ready(first_name="Foreign"))

    assert "Foreign" not in signed_in(boss).get(BOARD).content.decode()
    for member in (handoff.setter, handoff.agent):
        assert signed_in(member).get(BOARD).status_code == 403


def test_the_board_costs_ten_queries_however_long_it_is(boss):
    client, costs = signed_in(boss), []
    for number in range(4):
        open_handoff(ready(boss.team), starts_at=SLOT + timedelta(hours=number % 3))
        with CaptureQueriesContext(connection) as queries:
            client.get(reverse("handoff:board"))
        costs.append(len(queries))

    assert costs[0] == costs[3]
    assert costs[0] <= 10  # the last of them, as on every page: whether the reader has a client on the phone
