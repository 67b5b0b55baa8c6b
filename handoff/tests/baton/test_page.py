"""The page of the board: who sees what on it, in which order, and what it costs."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handoff.baton.board import ROWS, find, own_handoffs
from handoff.brief import read_brief
from handoff.models import Handoff, LiveTransfer
from handoff.states import Method, TransferStatus
from handoff.tests.baton.looking import settle
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Activity, LeadPhone
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

BATON = "/baton/"
HOUR = timedelta(hours=1)


@pytest.fixture(autouse=True)
def two_hours_later():
    """Late enough for a brief that nobody read."""
    with time_machine.travel(NOW + 2 * HOUR, tick=False):
        yield


@pytest.fixture
def boss():
    return people.lead()


def calm(boss, name="Dana", **fields):
    handoff = open_handoff(ready(boss.team, first_name=name), **fields)
    settle(handoff, at=NOW)
    read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
    return handoff


def unread(boss, name="Robin", **fields):
    handoff = open_handoff(ready(boss.team, first_name=name), **fields)
    settle(handoff, at=NOW)
    return handoff


def failed(boss, name="Sam", **fields):
    handoff = calm(boss, name, **fields)
    Delivery.objects.filter(about=handoff.about, audience="client").update(state=State.FAILED, answer="550 no mailbox")
    return handoff


def page_of(member, query="", **headers) -> str:
    return signed_in(member).get(BATON + query, **headers).content.decode()


def listed(page: str) -> list[int]:
    return [int(pk) for pk in re.findall(r'<li class="baton-row[^"]*" id="handoff-(\d+)"', page)]


def test_the_worst_come_first_then_what_presses_soonest_then_what_is_well(boss):
    later, well = unread(boss, starts_at=SLOT + 24 * HOUR), calm(boss)
    broken, sooner = failed(boss, starts_at=SLOT + 48 * HOUR), unread(boss)

    page = page_of(boss)

    assert listed(page) == [broken.pk, sooner.pk, later.pk, well.pk]
    assert "550 no mailbox" in page
    assert page.index("baton-calm") < page.index(f'id="handoff-{well.pk}"'), "folded"


def test_each_number_opens_its_cases(boss):
    broken, first, second, well = failed(boss), unread(boss), unread(boss), calm(boss)
    figures = find(own_handoffs(boss), at=NOW + 2 * HOUR).figures

    assert (figures.open, figures.at_risk, figures.calm) == (4, 3, 1)
    assert figures.by_risk == {"failed": 1, "unread": 2}
    assert listed(page_of(boss, "?risk=failed")) == [broken.pk]
    assert listed(page_of(boss, "?risk=unread")) == [first.pk, second.pk]
    assert listed(page_of(boss, "?risk=calm")) == [well.pk]
    assert "None of these" in page_of(boss, "?risk=overdue")


def test_a_row_that_two_things_are_wrong_with_counts_once_in_each(boss):
    handoff = unread(boss)
    Delivery.objects.filter(about=handoff.about).update(state=State.FAILED)

    figures = find(own_handoffs(boss), at=NOW + 2 * HOUR).figures

    assert figures.by_risk == {"failed": 1, "unread": 1}
    assert (figures.open, figures.at_risk) == (1, 1)


def test_the_filters_live_in_the_address(boss):
    first, second = unread(boss), unread(boss)
    direct = open_direct(ready(boss.team))

    assert listed(page_of(boss, f"?agent={first.agent.pk}")) == [first.pk]
    assert listed(page_of(boss, f"?isa={second.setter.pk}")) == [second.pk]
    assert listed(page_of(boss, f"?method={Method.DIRECT}")) == [direct.pk]
    assert f"?risk=unread&amp;agent={first.agent.pk}" in page_of(boss, f"?agent={first.agent.pk}"), (
        "kept by the numbers"
    )
    chosen = f'<option value="{first.agent.pk}" selected>{first.agent.user.name}</option>'
    assert chosen in page_of(boss, f"?agent={first.agent.pk}")
    assert chosen not in page_of(boss)


@pytest.mark.parametrize("wrong", ["agent={stranger}", "isa=abc", "risk=x", "method=1", "after=a.b.c"])
def test_what_makes_no_sense_is_said_and_shows_nobodys_handoffs(boss, wrong):
    unread(boss)
    asked = wrong.format(stranger=people.agent().pk)

    answer = signed_in(boss).get(f"{BATON}?{asked}")

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text
    assert "Robin" not in answer.text
    assert signed_in(boss).get(f"{BATON}?{asked}", **HTMX).status_code == 422


def test_pages_follow_each_other_without_a_gap(boss):
    open_ones = [*(unread(boss, starts_at=SLOT + number * HOUR) for number in range(3)), calm(boss)]
    own, at = own_handoffs(boss), NOW + 2 * HOUR
    seen, after = [], None
    for _ in range(4):
        found = find(own, at=at, rows=1, after=after)
        seen += [place.pk for place in found.rows]
        after = found.after

    assert seen == [handoff.pk for handoff in open_ones]
    assert after is None


def test_the_address_of_the_next_page_names_the_place(boss, monkeypatch):
    first, second = unread(boss), unread(boss, starts_at=SLOT + HOUR)
    monkeypatch.setattr("handoff.baton.board.ROWS", 1)
    more = find(own_handoffs(boss), at=NOW + 2 * HOUR, rows=1).after
    micros = int(more.presses_at.timestamp()) * 1_000_000

    assert listed(page_of(boss, f"?after={more.level}.{micros}.{first.pk}")) == [second.pk]


def test_each_sees_their_own(boss):
    mine, other = unread(boss), unread(boss)

    assert set(listed(page_of(boss))) == {mine.pk, other.pk}
    assert listed(page_of(mine.agent)) == [mine.pk]
    assert listed(page_of(mine.setter)) == [mine.pk]
    assert listed(page_of(mine.agent, f"?agent={other.agent.pk}")) == [mine.pk]
    assert listed(page_of(mine.setter, f"?isa={other.setter.pk}")) == [mine.pk]
    assert listed(page_of(people.lead())) == []


def test_the_board_is_kind_when_it_is_empty(boss):
    assert "Nothing is under way" in page_of(boss)
    calm(boss)
    assert "Every baton is in a hand" in page_of(boss)


def test_what_is_asked_for_by_the_page_is_the_board_alone(boss):
    unread(boss)
    part = page_of(boss, **HTMX)

    assert part.lstrip().startswith('<div id="baton"')
    assert "<html" not in part


def test_the_address_of_old_leads_here_with_what_was_chosen(boss):
    client = signed_in(boss)

    for query, leads_to in [
        ("", BATON),
        ("?want=stuck", BATON),
        ("?want=late&isa=3", f"{BATON}?isa=3&risk=overdue"),
        ("?want=unread&agent=4", f"{BATON}?agent=4&risk=unread"),
        ("?isa=x", f"{BATON}?isa=x"),
    ]:
        answer = client.get(f"/board/{query}")
        assert (answer.status_code, answer["Location"]) == (301, leads_to)
    assert "/accounts/login/" in Client().get("/board/")["Location"]


def test_who_looks_gets_what_they_can_do(boss):
    handoff = unread(boss)
    remind, brief = f"/baton/{handoff.pk}/remind/", f'href="/h/{handoff.pk}/"'

    assert remind in page_of(boss)
    assert remind in page_of(handoff.setter)
    own = page_of(handoff.agent)
    assert remind not in own
    assert brief in own
    assert "You have not read the brief" in own


def test_a_client_is_called_at_a_number_that_is_theirs(boss):
    with time_machine.travel(SLOT - HOUR, tick=False):
        handoff = calm(boss)
        number = handoff.lead.phones.get().number
        assert f"tel:{number}" in page_of(boss)
        LeadPhone.objects.update(wrong_at=NOW)
        assert "Find a number" in page_of(boss)


def test_a_step_is_tried_again_where_it_stands(boss):
    handoff = failed(boss)
    step = Delivery.objects.filter(about=handoff.about, state=State.FAILED).first()
    url = f"/baton/{handoff.pk}/retry/delivery-{step.pk}/"

    answer = signed_in(boss).post(f"{url}?risk=failed", **HTMX).content.decode()
    step.refresh_from_db()
    assert step.state == State.WAITING
    assert "Trying again now." in answer
    assert re.search(r'id="count-failed"[^>]* aria-current="true"', answer), "the choice is kept"

    step.state = State.DONE
    step.save()
    again = signed_in(boss).post(url, follow=True)
    assert "nothing to try again" in again.content.decode()


def test_the_agent_is_reminded_of_the_brief_and_not_twice_in_a_moment(boss):
    handoff = unread(boss)
    url = f"/baton/{handoff.pk}/remind/"

    assert "is reminded" in signed_in(boss).post(url, **HTMX).content.decode()
    assert "a moment ago" in signed_in(handoff.setter).post(url, **HTMX).content.decode()
    assert Delivery.objects.filter(kind="brief_asked", channel="email", recipient=handoff.agent).count() == 1
    assert Activity.objects.filter(kind="brief_asked").count() == 1

    with time_machine.travel(NOW + 3 * HOUR, tick=False):
        assert "is reminded" in signed_in(boss).post(url, **HTMX).content.decode()
        read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
        assert "has read it" in signed_in(boss).post(url, **HTMX).content.decode()


def test_a_transfer_that_hangs_in_the_air_for_three_minutes(boss):
    lead = ready(boss.team, first_name="Waiting")
    agent = people.agent(boss.team)
    taken = {"agent": agent, "person": agent.user, "status": TransferStatus.ACCEPTED, "accepted_at": NOW}
    rung = {"way": "ladder", "ring_seconds": 20, "ring_all_seconds": 20, "requested_at": NOW, "facts": {}}
    transfer = LiveTransfer.objects.create(
        team=boss.team, lead=lead, setter=lead.isa, advised=Method.LIVE, **taken, **rung
    )
    hangs = "Accepted, and not put through"

    with time_machine.travel(NOW + timedelta(seconds=179), tick=False):
        assert hangs not in page_of(boss)
    with time_machine.travel(NOW + timedelta(minutes=3), tick=False):
        for member in (boss, lead.isa, agent):
            assert hangs in page_of(member)
        for stranger in (people.agent(boss.team), people.isa(boss.team), people.lead()):
            assert hangs not in page_of(stranger)
    LiveTransfer.objects.filter(pk=transfer.pk).update(status=TransferStatus.DROPPED, ended_at=NOW)
    assert hangs not in page_of(boss)


def test_the_board_costs_ten_queries_at_most_however_long_it_is(boss):
    costs = {}
    for number in range(1, 41):
        handoff = failed(boss)
        handoff.owner_changes.update(state=State.FAILED)
        if number in (1, 4, 40):
            costs[number] = {who: cost_of(who, boss, handoff) for who in ("boss", "setter", "agent")}

    assert len(listed(page_of(boss))) == ROWS
    assert costs[1] == costs[4] == costs[40]
    assert max(costs[40].values()) <= 10, costs


def cost_of(who: str, boss, handoff: Handoff) -> int:
    client = signed_in(boss if who == "boss" else getattr(handoff, who))
    with CaptureQueriesContext(connection) as queries:
        assert client.get(BATON).status_code == 200
    return len(queries)
