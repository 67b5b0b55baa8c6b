"""Doing what a row of Today asks for, and ticking off its task with it."""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction

from handoff import confirming, receipts
from handoff.models import Handoff
from leads.mending import delivery_of
from leads.models import Call, Task
from leads.models.calls import CallResult
from leads.taking_back import keep_task
from leads.todo import finish_task, put_off
from teams.models import Membership

#: A call that nobody answered, and that plans no other, is asked for again after this long.
AGAIN_AFTER = timedelta(minutes=30)


class NothingToRetry(Exception):
    """The message has gone out meanwhile, or is not owed any more; the words say so."""


def settle_call(*, task: Task, call: Call) -> None:
    """Tick off the task that a call was about: it was answered, or the next call is planned. Else ask again soon."""
    keep_task(call=call, task=task)
    if call.result in {CallResult.ANSWERED, CallResult.WRONG_NUMBER} or call.next_call_at is not None:
        finish_task(task=task, at=call.at)
    else:
        put_off(task=task, until=call.at + AGAIN_AFTER)


@transaction.atomic
def confirm(*, handoff: Handoff, task: Task | None, actor: Membership, at: datetime) -> bool:
    """Note that the client said on the phone that they will come. Raises TooLate. False if they had said so before."""
    is_news = confirming.confirm(handoff=handoff, actor=actor, at=at)
    if task is not None:
        finish_task(task=task, at=at)
    return is_news


@transaction.atomic
def retry(*, task: Task, actor: Membership, at: datetime) -> None:
    """Send once more what could not be delivered; fails it again, that is a new task. Raises NothingToRetry."""
    delivery = delivery_of(task)
    handoff = _handoff_of(delivery.about, actor) if delivery else None
    if delivery is None or handoff is None:
        raise NothingToRetry("This cannot be sent again from here. Open it to see what helps.")
    if not receipts.retry(handoff=handoff, ref=f"delivery-{delivery.pk}", actor=actor, at=at):
        raise NothingToRetry("There was nothing to try again: that message has ended.")
    finish_task(task=task, at=at)


def _handoff_of(about: str, member: Membership) -> Handoff | None:
    room, _, number = about.partition("/")
    if room != "handoff" or not number.isdecimal():
        return None
    return Handoff.objects.visible_to(member).select_related("lead").filter(pk=int(number)).first()
