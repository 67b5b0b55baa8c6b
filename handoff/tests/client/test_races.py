"""Client and team change the same appointment at once: one wins, the other is told, and SEQUENCE rises once."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from threading import Barrier, Thread
from typing import Any

import pytest
from django.db import connection

from handoff.appointments import cancel, move
from handoff.client.choosing import choose, rebook
from handoff.client.standing import standing_of
from handoff.errors import AlreadyHandedOff, SlotTaken, TooLate
from handoff.models import Appointment, Handoff
from handoff.states import AppointmentStatus, ClientAnswer
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from leads.models import Activity
from notifications.models import Delivery
from teams.tests.factories import agent

pytestmark = pytest.mark.django_db(transaction=True)

HOUR = timedelta(hours=1)


def at_once(*doings: Callable[[], Any]) -> list[Exception]:
    """Do all of it in the same instant, each on a connection of its own; return who was refused, and how."""
    barrier = Barrier(len(doings))
    refused: list[Exception] = []

    def run(doing: Callable[[], Any]) -> None:
        try:
            barrier.wait()
            doing()
        except (TooLate, SlotTaken, AlreadyHandedOff) as refusal:
            refused.append(refusal)
        finally:
            connection.close()

    threads = [Thread(target=run, args=[doing]) for doing in doings]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return refused


def fresh(handoff: Handoff) -> Handoff:
    found = Handoff.objects.select_related(
        "appointment__agent", "agent__user", "agent__team", "lead__team", "setter__user"
    )
    return found.get(pk=handoff.pk)


def chosen(handoff: Handoff, starts_at: Any, to: Any = None) -> Callable[[], Any]:
    mine = fresh(handoff)
    standing = standing_of(mine, at=NOW)
    return lambda: choose(standing=standing, agent=to or mine.agent, starts_at=starts_at, seen=mine.revision, at=NOW)


def moved(handoff: Handoff, starts_at: Any) -> Callable[[], Any]:
    mine = fresh(handoff)
    assert mine.appointment
    appointment, seen, actor = mine.appointment, mine.revision, mine.agent
    return lambda: move(appointment=appointment, starts_at=starts_at, actor=actor, at=NOW, seen=seen)


@pytest.mark.parametrize("turn", range(3))
def test_client_and_agent_move_at_once(turn):
    handoff = open_handoff()

    refused = at_once(chosen(handoff, SLOT + HOUR), moved(handoff, SLOT + 3 * HOUR))

    assert [type(each) for each in refused] == [TooLate]
    now = Appointment.objects.get(handoff=handoff)
    assert now.sequence == 1
    assert now.starts_at in {SLOT + HOUR, SLOT + 3 * HOUR}
    assert Activity.objects.filter(lead=handoff.lead_id, kind="moved").count() == 1
    invites = Delivery.objects.filter(about=handoff.about, kind="handoff_moved", audience="client")
    assert [each["sequence"] for each in invites.values_list("invite", flat=True) if each] == [1]
    assert (now.client_answer == ClientAnswer.CONFIRMED) == (now.starts_at == SLOT + HOUR)


def test_client_goes_to_another_agent_while_the_agent_moves():
    handoff = open_handoff()
    other = agent(handoff.team)

    refused = at_once(chosen(handoff, SLOT + HOUR, to=other), moved(handoff, SLOT + 3 * HOUR))

    assert len(refused) == 1
    assert Appointment.objects.get(handoff=handoff).sequence == 1


def test_client_cancels_while_the_agent_moves():
    handoff = open_handoff()
    mine = fresh(handoff)

    refused = at_once(
        lambda: cancel(
            appointment=mine.appointment, reason="Plans", actor=None, at=NOW, by_client=True, seen=mine.revision
        ),
        moved(handoff, SLOT + HOUR),
    )

    assert len(refused) == 1
    now = Appointment.objects.get(handoff=handoff)
    assert now.sequence == 1
    assert (now.status == AppointmentStatus.CANCELLED) == (now.client_answer == ClientAnswer.CANCELLED)


def test_two_tabs_of_one_client_choose_two_times():
    handoff = open_handoff()

    refused = at_once(chosen(handoff, SLOT + HOUR), chosen(handoff, SLOT + 2 * HOUR))

    assert len(refused) == 1
    assert Activity.objects.filter(lead=handoff.lead_id, kind="moved").count() == 1


def test_two_clients_want_the_same_time():
    first = open_handoff()
    second = open_handoff(ready(first.team), to=first.agent, starts_at=SLOT + 2 * HOUR)

    refused = at_once(chosen(first, SLOT + 4 * HOUR), chosen(second, SLOT + 4 * HOUR))

    assert [type(each) for each in refused] == [SlotTaken]
    assert Appointment.objects.filter(person=first.agent.user_id, starts_at=SLOT + 4 * HOUR).count() == 1


def test_two_tabs_book_anew_once():
    handoff = open_handoff()
    cancel(appointment=handoff.appointment, reason="Plans", actor=None, at=NOW, by_client=True)
    mine, yours = fresh(handoff), fresh(handoff)

    refused = at_once(
        lambda: rebook(handoff=mine, agent=mine.agent, starts_at=SLOT + 2 * HOUR, at=NOW),
        lambda: rebook(handoff=yours, agent=yours.agent, starts_at=SLOT + 4 * HOUR, at=NOW),
    )

    assert len(refused) == 1
    assert Handoff.objects.open().filter(lead=handoff.lead_id).count() == 1
