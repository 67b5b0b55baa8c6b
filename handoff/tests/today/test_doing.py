"""What is done in Today, and what becomes of its task."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.errors import TooLate
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.today import doing
from leads.calls import log_call
from leads.models import Activity, Task
from leads.models.calls import CallResult
from leads.states import Via
from leads.todo import add_task
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.promises.signals import given_up
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)


def call_task(lead):
    return add_task(key="t", assignee=lead.isa, lead=lead, title="Call", kind="call", at=NOW, due_at=NOW)


@pytest.mark.parametrize(
    ("result", "next_call_at", "is_done"),
    [
        (CallResult.ANSWERED, None, True),
        (CallResult.NO_ANSWER, NOW + HOUR, True),
        (CallResult.WRONG_NUMBER, None, True),
        (CallResult.NO_ANSWER, None, False),
        (CallResult.VOICEMAIL, None, False),
    ],
)
def test_a_call_ends_its_task_once_it_was_answered_or_the_next_is_planned(result, next_call_at, is_done):
    lead = ready()
    task = call_task(lead)
    made = log_call(lead=lead, result=result, actor=lead.isa, via=Via.PAGE, next_call_at=next_call_at, at=NOW)

    doing.settle_call(task=task, call=made)

    kept = Task.objects.get(pk=task.pk)
    assert (kept.done_at is not None) == is_done
    assert kept.due_at == (NOW if is_done else NOW + doing.AGAIN_AFTER)


def test_confirming_on_the_phone_ends_the_task_and_tells_the_story():
    handoff = open_handoff()
    task = call_task(handoff.lead)

    assert doing.confirm(handoff=handoff, task=task, actor=handoff.setter, at=NOW)
    assert Task.objects.get(pk=task.pk).done_at == NOW
    assert Activity.objects.filter(lead=handoff.lead, summary="Confirmed on the phone").exists()
    assert not doing.confirm(handoff=handoff, task=None, actor=handoff.setter, at=NOW)


def test_confirming_what_has_begun_leaves_the_task():
    handoff = open_handoff()
    task = call_task(handoff.lead)

    with pytest.raises(TooLate):
        doing.confirm(handoff=handoff, task=task, actor=handoff.setter, at=SLOT)
    assert Task.objects.get(pk=task.pk).done_at is None


class TestSendingAgain:
    @pytest.fixture
    def handoff(self):
        return open_handoff()

    @pytest.fixture
    def stuck(self, handoff):
        """The client's invite was refused, and its ISA has the task."""
        mail = Delivery.objects.filter(about=handoff.about, audience="client").get()
        Delivery.objects.filter(pk=mail.pk).update(state=State.FAILED, answer="550 no such user", done_at=NOW, fence=1)
        mail.refresh_from_db()
        given_up.send(sender=Delivery, owed=mail)
        return Task.objects.get(kind="given_up"), mail

    def test_it_waits_to_go_out_again_and_the_task_is_done(self, stuck, handoff):
        task, mail = stuck

        doing.retry(task=task, actor=task.assignee, at=NOW + HOUR)

        mail.refresh_from_db()
        assert (mail.state, mail.due_at) == (State.WAITING, NOW + HOUR)
        assert Task.objects.get(pk=task.pk).done_at == NOW + HOUR
        assert Activity.objects.filter(lead=handoff.lead, kind="retry").exists()

    def test_failed_once_more_it_is_a_new_task(self, stuck):
        task, mail = stuck
        doing.retry(task=task, actor=task.assignee, at=NOW)
        Delivery.objects.filter(pk=mail.pk).update(state=State.FAILED, fence=2, done_at=NOW + HOUR)
        mail.refresh_from_db()

        given_up.send(sender=Delivery, owed=mail)

        assert Task.objects.open().get(kind="given_up").pk != task.pk

    def test_what_has_gone_out_meanwhile_is_not_sent_again(self, stuck):
        task, mail = stuck
        Delivery.objects.filter(pk=mail.pk).update(state=State.DONE)

        with pytest.raises(doing.NothingToRetry):
            doing.retry(task=task, actor=task.assignee, at=NOW)
        assert Task.objects.get(pk=task.pk).done_at is None

    def test_a_stranger_sends_nothing(self, stuck):
        task, mail = stuck

        with pytest.raises(doing.NothingToRetry):
            doing.retry(task=task, actor=people.lead(), at=NOW)
        mail.refresh_from_db()
        assert mail.state == State.FAILED

    def test_any_other_task_has_nothing_to_send(self):
        task = call_task(ready())

        with pytest.raises(doing.NothingToRetry):
            doing.retry(task=task, actor=task.assignee, at=NOW)
