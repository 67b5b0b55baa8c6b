"""Two things in the same second: a client who confirms and the call for who has not, a move and a reminder."""

from __future__ import annotations

from collections.abc import Callable
from datetime import timedelta
from typing import Any

import pytest

from handoff.appointments import cancel, move
from handoff.confirmation.steps import EARLY, LATE, UNCONFIRMED
from handoff.confirming import confirm
from handoff.errors import TooLate
from handoff.models import Appointment, Handoff
from handoff.states import ClientAnswer
from handoff.tests.crowds import Crowd
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from leads.models import Activity, Task
from notifications.models import Delivery, InboxItem, Timer
from notifications.promises.drains import drain_all
from notifications.promises.timers import fire_due

pytestmark = pytest.mark.django_db(transaction=True)

ROUNDS = 4
MEETS = SLOT + timedelta(hours=4)
EARLIER = NOW - timedelta(days=2)


def booked() -> Handoff:
    handoff = open_handoff(ready(email="dana@example.com"), starts_at=MEETS, at=EARLIER)
    drain_all(at=EARLIER)  # a client who has not heard of the time at all is reminded of none
    return handoff


def at_once(*does: Callable[[], Any]) -> list[Any]:
    """Do these at the same moment, and return what each gave or raised."""
    with Crowd(len(does)) as crowd:
        return crowd.act(does)


def test_who_confirms_while_the_call_falls_due_leaves_nobody_to_call():
    at = MEETS - timedelta(hours=3)
    for _ in range(ROUNDS):
        handoff = booked()

        said, _fired = at_once(
            lambda handoff=handoff: confirm(handoff=handoff, actor=None, at=at), lambda: fire_due(at=at)
        )

        assert said is True
        assert not Task.objects.open().filter(lead=handoff.lead, kind=UNCONFIRMED).exists()


def test_of_many_who_confirm_one_is_told():
    handoff = booked()

    said = at_once(*[lambda: confirm(handoff=handoff, actor=None, at=NOW)] * 4)

    assert sorted(said) == [False, False, False, True]
    assert Activity.objects.filter(lead=handoff.lead, kind="confirmed").count() == 1
    assert InboxItem.objects.filter(kind="client_confirmed").count() == 2


def test_a_step_that_many_sweeps_take_speaks_once():
    handoff = booked()

    at_once(*[lambda: fire_due(at=MEETS - timedelta(hours=1))] * 4)

    assert Delivery.objects.filter(about=handoff.about, kind__in=(EARLY, LATE)).count() == 1
    assert Task.objects.filter(lead=handoff.lead, kind=UNCONFIRMED).count() == 1


def test_a_move_while_a_reminder_falls_due_leaves_none_of_the_time_before():
    at = MEETS - timedelta(days=1)
    for _ in range(ROUNDS):
        handoff, later = booked(), MEETS + timedelta(hours=2)

        moved, _fired = at_once(
            lambda handoff=handoff, later=later: move(
                appointment=handoff.appointment, starts_at=later, actor=handoff.setter, at=at
            ),
            lambda: fire_due(at=at),
        )

        assert isinstance(moved, Appointment), moved
        waiting = Delivery.objects.filter(about=handoff.about, kind=EARLY, state="waiting")
        assert not waiting.exists()
        running = Timer.objects.get(about=handoff.about, kind=LATE)
        assert (running.due_at, running.called_off_at) == (later - timedelta(hours=2), None)


def test_who_confirms_while_it_is_called_off_is_told_or_was_first():
    for _ in range(ROUNDS):
        handoff = booked()

        said, _ended = at_once(
            lambda handoff=handoff: confirm(handoff=handoff, actor=None, at=NOW),
            lambda handoff=handoff: cancel(appointment=handoff.appointment, reason="", actor=handoff.setter, at=NOW),
        )

        found = Appointment.objects.get(handoff=handoff)
        assert found.status == "cancelled"
        assert isinstance(said, TooLate) or found.client_answer == ClientAnswer.CONFIRMED
        assert not Timer.objects.filter(about=handoff.about, fired_at=None, called_off_at=None).exists()
