"""Handoffs of the demo that something is wrong with now, each with another thing: the board has them all."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

from handoff.client.wishes import ask_for_call
from handoff.demo import answering, cast
from handoff.demo.callers import complete_call
from handoff.demo.listened import prepare
from handoff.models import Handoff
from leads.recordings import promise_link
from notifications.models import Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises import drains, endings, timers

if TYPE_CHECKING:
    from handoff.demo.story import Story

MINUTE, HOUR = timedelta(minutes=1), timedelta(hours=1)
FIRST_NUMBER = 120
NO_MAILBOX = "550 5.1.1 There is no such mailbox"
TOO_MANY = "421 Too many messages at once, try again later"


def bring(story: Story) -> None:
    """Let five handoffs of this morning each want something else."""
    for number, goes_wrong in enumerate((_refused, _put_off, _wants_evening, _declines, _owes_recording)):
        when = story.at - HOUR - number * MINUTE
        lead = story.call(complete_call(FIRST_NUMBER + number), isa=cast.IAN, at=when - 9 * MINUTE)
        agent = cast.BEN if number % 2 else cast.DEV
        handoff = story.set(lead, agent=agent, isa=cast.IAN, at=when, after=(28 + number) * HOUR)
        goes_wrong(handoff, story)
        drains.drain_all(at=when + timedelta(seconds=1), about=handoff.about)
        prepare(handoff, at=when + 20 * MINUTE)
    timers.fire_due(at=story.at)


def _refused(handoff: Handoff, story: Story) -> None:
    """The client's mail server knows nobody by that name."""
    invite = _to_client(handoff)
    endings.fail(invite, fence=invite.fence, at=story.at - 40 * MINUTE, answer=NO_MAILBOX)


def _put_off(handoff: Handoff, story: Story) -> None:
    """The client's mail server wants to be asked later, again and again."""
    invite = _to_client(handoff)
    tried = {"attempts": 6, "created_at": story.at - 50 * MINUTE, "answer": TOO_MANY}
    Delivery.objects.filter(pk=invite.pk).update(due_at=story.at + 12 * MINUTE, **tried)


def _wants_evening(handoff: Handoff, story: Story) -> None:
    ask_for_call(handoff=handoff, wish="An evening would be better", at=story.at - 25 * MINUTE)


def _declines(handoff: Handoff, story: Story) -> None:
    answering.decline(handoff, at=story.at - 15 * MINUTE)


def _owes_recording(handoff: Handoff, story: Story) -> None:
    promise_link(lead=handoff.lead, actor=handoff.setter, at=story.at - 35 * MINUTE)


def _to_client(handoff: Handoff) -> Delivery:
    mails = Delivery.objects.filter(about=handoff.about, audience=Audience.CLIENT, channel=ChannelKind.EMAIL)
    return mails.order_by("pk")[0]
