"""Timers fire once, at their time or late, unless they were called off."""

from __future__ import annotations

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection, connections

from notifications.models import InboxItem, Timer
from notifications.promises import timers
from notifications.promises.sweeping import TICK
from notifications.promises.timers import Step, call_off, due_after, fire_due, on_timer, set_timer, set_timers
from notifications.tests.said import AT

pytestmark = pytest.mark.django_db


@pytest.fixture
def fired():
    """Keys of what fired, in its order."""
    keys = []

    @on_timer("test_ring")
    def ring(timer, *, at):
        keys.append(timer.key)

    yield keys
    timers._handlers.pop("test_ring")
    timers._stumbled.clear()


def set_one(key="handoff/1|ring|r1", *, due_at=AT, kind="test_ring", about="handoff/1"):
    set_timer(key=key, kind=kind, about=about, due_at=due_at)


def test_a_timer_fires_when_it_is_due_and_not_before(fired):
    set_one()

    assert fire_due(at=AT - timedelta(seconds=1)) == 0
    assert fire_due(at=AT) == 1
    assert fired == ["handoff/1|ring|r1"]


def test_a_timer_fires_once(fired):
    set_one()
    fire_due(at=AT)

    assert fire_due(at=AT + timedelta(hours=1)) == 0


def test_after_an_outage_each_overdue_timer_fires_in_its_order(fired):
    set_one("b", due_at=AT + timedelta(minutes=2))
    set_one("a", due_at=AT + timedelta(minutes=1))

    fire_due(at=AT + timedelta(days=1))

    assert fired == ["a", "b"]


def test_a_timer_called_off_does_not_fire(fired):
    set_one("kept", kind="test_ring")
    set_one("off", kind="test_other")
    set_one("elsewhere", about="handoff/2")

    assert call_off(about="handoff/1", kinds=["test_other"], at=AT) == 1
    assert call_off(about="handoff/2", at=AT) == 1
    fire_due(at=AT)

    assert fired == ["kept"]


def test_setting_a_timer_again_to_the_same_time_does_not_fire_it_twice(fired):
    set_one()
    fire_due(at=AT)
    set_one()

    assert fire_due(at=AT) == 0


def test_setting_a_timer_to_another_time_moves_it(fired):
    set_one()
    set_one(due_at=AT + timedelta(hours=1))

    assert fire_due(at=AT) == 0
    assert fire_due(at=AT + timedelta(hours=1)) == 1


def test_a_timer_called_off_can_be_set_again(fired):
    set_one()
    call_off(about="handoff/1", at=AT)
    set_one()

    assert fire_due(at=AT) == 1


def test_a_handler_that_fails_leaves_its_timer_due_and_holds_up_no_other(fired):
    @on_timer("test_broken")
    def broken(timer, *, at):
        InboxItem.objects.create(key="half", membership_id=0, about="", kind="", title="", created_at=at)

    set_one("broken", kind="test_broken")
    set_one("fine", due_at=AT + timedelta(seconds=1))

    with connection.cursor() as cursor:
        cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
    fire_due(at=AT + timedelta(minutes=1))

    assert fired == ["fine"]
    assert Timer.objects.get(key="broken").fired_at is None
    timers._handlers.pop("test_broken")


def test_what_the_database_undid_is_tried_again_in_the_next_turn(fired):
    @on_timer("test_collides")
    def collide(timer, *, at):
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL statement_timeout = 1")
            cursor.execute("SELECT pg_sleep(5)")

    set_one("colliding", kind="test_collides")
    assert fire_due(at=AT) == 0
    assert fired == []
    (again_at,) = timers._stumbled.values()
    timers._handlers.pop("test_collides")

    assert again_at - time.monotonic() < TICK


def test_it_is_known_when_the_next_one_is_due(fired):
    set_one("soon", due_at=AT + timedelta(seconds=1.5))
    set_one("later", due_at=AT + timedelta(seconds=1.8))
    set_one("nobody's", due_at=AT + timedelta(seconds=1), kind="nobody_knows")
    set_one("off", due_at=AT + timedelta(seconds=1), about="handoff/2")
    call_off(about="handoff/2", at=AT)

    def due(at, seconds):
        found = due_after(at, within=timedelta(seconds=seconds))
        return found and (found - AT).total_seconds()

    assert due(AT, 2) == 1.5
    assert due(AT, 1) is None
    assert due(AT + timedelta(seconds=1.5), 2) == 1.8, "what is due already is not waited for"


def test_what_a_handler_wrote_goes_with_its_timer(fired, boss):
    @on_timer("test_half")
    def half(timer, *, at):
        InboxItem.objects.create(key="half", membership=boss, about="", kind="", title="", created_at=at)
        raise RuntimeError("in the middle")

    set_one("half", kind="test_half")
    fire_due(at=AT)

    assert not InboxItem.objects.filter(key="half").exists()
    timers._handlers.pop("test_half")


def test_a_timer_that_nobody_knows_is_left_due(fired):
    set_one(kind="test_unknown")

    assert fire_due(at=AT) == 0
    assert Timer.objects.get().fired_at is None


@pytest.mark.django_db(transaction=True)
def test_many_who_fire_at_once_fire_each_timer_once():
    counted, lock = [], threading.Lock()

    @on_timer("test_race")
    def count(timer, *, at):
        with lock:
            counted.append(timer.key)

    for number in range(60):
        set_one(f"race {number}", kind="test_race")
    gate = threading.Barrier(6)
    results = []

    def fire():
        gate.wait()
        results.append(fire_due(at=AT))
        connections.close_all()

    racers = [threading.Thread(target=fire) for _ in range(6)]
    for racer in racers:
        racer.start()
    for racer in racers:
        racer.join()
    timers._handlers.pop("test_race")

    assert sorted(counted) == sorted(f"race {number}" for number in range(60))
    assert sum(results) == 60


def test_many_are_set_in_one_statement(fired, django_assert_num_queries):
    steps = [Step(f"handoff/1|ring|r{number}", "test_ring", "handoff/1", AT) for number in range(9)]

    with django_assert_num_queries(1):
        set_timers(steps)
    set_timers([])

    assert fire_due(at=AT) == 9


def test_setting_many_again_moves_those_whose_time_is_another(fired):
    set_timers([Step("a", "test_ring", "handoff/1", AT), Step("b", "test_ring", "handoff/1", AT)])
    fire_due(at=AT)

    later = AT + timedelta(hours=1)
    set_timers([Step("a", "test_ring", "handoff/1", AT), Step("b", "test_ring", "handoff/1", later)])
    fire_due(at=later)

    assert fired == ["a", "b", "b"]
