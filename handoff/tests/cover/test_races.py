"""An agent cannot make it: what cannot happen twice, and what comes at once."""

from __future__ import annotations

import threading

import pytest
from django.db import connection

from handoff.appointments import move
from handoff.cover.asking import ask_for_cover
from handoff.errors import TooLate
from handoff.models import CoverRequest, Handoff
from handoff.tests.cover.asking import LATER, ask, tasks
from handoff.tests.cover.test_settling import TOMORROW
from handoff.tests.factories import open_handoff
from leads.states import Via
from notifications.models import Delivery

pytestmark = pytest.mark.django_db


@pytest.mark.django_db(transaction=True)
def test_of_many_who_say_it_at_once_one_is_heard():
    handoff = open_handoff()
    barrier = threading.Barrier(6)
    failures: list[Exception] = []

    def say() -> None:
        try:
            barrier.wait(10)
            ask(Handoff.objects.select_related("lead", "agent__user").get(pk=handoff.pk))
        except Exception as problem:  # noqa: BLE001  # shown below
            failures.append(problem)
        finally:
            connection.close()

    threads = [threading.Thread(target=say) for _ in range(6)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(20)

    assert failures == []
    assert CoverRequest.objects.count() == 1
    assert Delivery.objects.filter(kind="cover").count() == 1


@pytest.mark.django_db(transaction=True)
def test_saying_it_while_the_isa_moves_it_leaves_no_open_request_for_a_time_that_is_gone():
    for _ in range(5):
        handoff = open_handoff()
        barrier = threading.Barrier(2)
        failures: list[Exception] = []

        def at_once(act, barrier=barrier, failures=failures) -> None:
            try:
                barrier.wait(10)
                act()
            except TooLate:
                pass
            except Exception as problem:  # noqa: BLE001
                failures.append(problem)
            finally:
                connection.close()

        seen = Handoff.objects.select_related("lead", "agent__user", "appointment").get(pk=handoff.pk)
        acts = (
            lambda seen=seen: ask_for_cover(handoff=seen, agent=seen.agent, reason="Car", via=Via.PAGE, at=LATER),
            lambda handoff=handoff: move(
                appointment=handoff.appointment, starts_at=TOMORROW, actor=handoff.setter, at=LATER
            ),
        )
        threads = [threading.Thread(target=at_once, args=(act,)) for act in acts]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(20)

        assert failures == []
        assert not CoverRequest.objects.open().filter(handoff=handoff).exists()
        assert not tasks(handoff).exists()
