"""A nudge makes things quick; nothing depends on it."""

from __future__ import annotations

import socket
import threading

import pytest
from celery import Celery

from config.settings import base
from notifications.promises import nudges
from notifications.promises.nudges import nudge


@pytest.fixture(autouse=True)
def a_fresh_doorbell(monkeypatch):
    monkeypatch.setattr(nudges, "_silent_until", 0.0)


def app_on(broker):
    app = Celery("test", broker=broker, set_as_current=False)
    app.conf.broker_transport_options = base.CELERY_BROKER_TRANSPORT_OPTIONS
    app.conf.task_ignore_result = True

    @app.task(name="test.look")
    def look(about):
        """Never runs: nobody listens."""

    return look


def test_a_broker_that_is_gone_raises_nothing():
    look = app_on("redis://127.0.0.1:1/0")

    nudge(look, look, look, about="handoff/1")

    assert nudges._silent_until > 0


def test_a_broker_that_never_answers_is_not_waited_for():
    with socket.create_server(("127.0.0.1", 0)) as mute:
        look = app_on(f"redis://127.0.0.1:{mute.getsockname()[1]}/0")
        ringing = threading.Thread(target=nudge, args=(look, look, look), kwargs={"about": "handoff/1"}, daemon=True)
        ringing.start()
        ringing.join(timeout=20)

        assert not ringing.is_alive()
    assert nudges._silent_until > 0


def test_after_a_failure_the_doorbell_is_left_alone_for_a_while(monkeypatch):
    tried = []

    class Broken:
        name = "test.broken"

        def apply_async(self, **_):
            tried.append(1)
            raise OSError("no broker")

    nudge(Broken(), Broken(), about="handoff/1")
    nudge(Broken(), about="handoff/1")
    assert len(tried) == 1

    monkeypatch.setattr(nudges, "PAUSE_AFTER_FAILURE", 0.0)
    monkeypatch.setattr(nudges, "_silent_until", 0.0)
    nudge(Broken(), about="handoff/1")
    nudge(Broken(), about="handoff/1")
    assert len(tried) == 3


def test_each_task_is_queued_with_what_it_is_about(settings):
    queued = []

    class Task:
        name = "test.task"

        def apply_async(self, **options):
            queued.append(options)

    nudge(Task(), Task(), about="handoff/1")

    assert queued == [{"kwargs": {"about": "handoff/1"}, "retry": False}] * 2
