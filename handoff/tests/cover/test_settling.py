"""An agent cannot make it: what settles it."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.appointments import cancel, move, reassign, take_back
from handoff.cover.asking import ask_for_cover, take_back_cover
from handoff.cover.settling import open_request
from handoff.errors import Refused, TooLate, Unbookable
from handoff.models import CoverRequest, Handoff
from handoff.outcomes import record_outcome
from handoff.tests.cover.asking import LATER, ask, tasks
from handoff.tests.factories import MINUTES, NOW, SLOT, busy_spans
from leads.states import Via
from notifications.models import Delivery, InboxItem
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db

TOMORROW = SLOT + timedelta(days=1)


def settled_by_move(handoff):
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER)


def settled_by_reassign(handoff):
    reassign(handoff=handoff, agent=agent(handoff.team), actor=handoff.setter, at=LATER)


def settled_by_cancel(handoff):
    cancel(appointment=handoff.appointment, reason="Nobody can", actor=handoff.setter, at=LATER)


def settled_by_take_back(handoff):
    take_back(handoff=handoff, reason="Nobody can", actor=handoff.setter, at=LATER)


def settled_by_outcome(handoff):
    record_outcome(
        handoff=handoff,
        showed="no",
        is_good=None,
        reason="",
        next_step="rebook",
        note="",
        actor=handoff.agent,
        via=Via.PAGE,
        at=SLOT + timedelta(hours=2),
    )


@pytest.mark.parametrize(
    "solve", [settled_by_move, settled_by_reassign, settled_by_cancel, settled_by_take_back, settled_by_outcome]
)
def test_whatever_solves_it_closes_the_request_and_its_task(handoff, solve):
    ask(handoff)

    solve(handoff)

    assert CoverRequest.objects.get().settled_at is not None
    assert not tasks(handoff).exists()


def test_a_change_that_is_refused_solves_nothing(handoff):
    ask(handoff)

    with pytest.raises(Refused):
        move(appointment=handoff.appointment, starts_at=NOW, actor=handoff.setter, at=LATER)

    assert open_request(handoff)
    assert tasks(handoff).exists()


def test_an_agent_who_can_after_all_closes_it_and_the_isa_hears(handoff):
    ask(handoff)

    assert take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)

    request = CoverRequest.objects.get()
    assert (request.settled_at, request.is_taken_back) == (LATER, True)
    assert not tasks(handoff).exists()
    assert InboxItem.objects.filter(membership=handoff.setter, kind="cover_taken_back").exists()
    assert not take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)


def test_after_taking_it_back_it_can_be_said_again(handoff):
    ask(handoff)
    take_back_cover(handoff=handoff, agent=handoff.agent, at=LATER)

    ask(handoff, at=LATER)

    assert tasks(handoff).count() == 1
    assert InboxItem.objects.filter(kind="cover").count() == 2


def test_what_was_said_of_a_time_that_the_isa_has_moved_meanwhile_does_not_count(handoff):
    as_seen = Handoff.objects.select_related("agent__user", "lead", "appointment").get(pk=handoff.pk)
    move(appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=NOW)

    with pytest.raises(TooLate, match="changed meanwhile"):
        ask_for_cover(handoff=as_seen, agent=as_seen.agent, reason="Car", via=Via.LINK, at=LATER)
    assert not CoverRequest.objects.exists()


def test_another_agent_at_another_time_is_one_change_with_the_right_invites(handoff):
    ask(handoff)
    ben, was = agent(handoff.team, user__name="Ben Example"), handoff.agent
    due, sequence = handoff.outcome_due_at, handoff.appointment.sequence

    now = reassign(handoff=handoff, agent=ben, starts_at=TOMORROW, actor=handoff.setter, at=LATER)

    assert now.appointment.starts_at == TOMORROW
    assert now.appointment.person == ben.user
    assert now.outcome_due_at == due + timedelta(days=1)
    invites = {
        each.address: each.invite or {} for each in Delivery.objects.filter(kind="handoff_reassigned", channel="email")
    }
    assert invites[was.user.email]["method"] == "CANCEL"
    for address in (ben.user.email, handoff.facts["terms"]["client_email"]):
        assert invites[address]["method"] == "REQUEST"
        assert invites[address]["starts_at"] == TOMORROW.isoformat()
        assert invites[address]["sequence"] == sequence + 1
    client = Delivery.objects.get(kind="handoff_reassigned", audience="client")
    assert "The time is another one, too." in client.message["lead_in"]
    assert "Before" in [fact["label"] for fact in client.message["facts"]]
    freed = Delivery.objects.get(kind="handoff_reassigned", recipient=was).message["facts"][0]["value"]
    assert freed.startswith("Tue, Nov 24")


def test_another_agent_at_another_time_must_be_bookable_then(handoff):
    ben = agent(handoff.team)
    busy_spans(ben.user, (TOMORROW, TOMORROW + timedelta(hours=1)))

    with pytest.raises(Unbookable, match="own calendar"):
        reassign(handoff=handoff, agent=ben, starts_at=TOMORROW, actor=handoff.setter, at=NOW)

    handoff.refresh_from_db()
    assert handoff.appointment.starts_at == SLOT
    assert (handoff.appointment.ends_at - SLOT) == timedelta(minutes=MINUTES)
