"""How deliveries are kept: in their lanes, on channels that have not asked for a rest, each attempt written down."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime, timedelta
from typing import Any

from django.db import connection
from django.db.models import CharField, Exists, OuterRef, Q, QuerySet, Value
from django.db.models.functions import Cast, Concat, Now
from django.dispatch import receiver

from notifications import invitations
from notifications.channels.connected import connection_of
from notifications.channels.registered import CHANNELS
from notifications.channels.vocabulary import ChannelError, NotYet, Unwanted
from notifications.messages import Fact, Message
from notifications.models import Attempt, Bucket, Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.models.preferences import Group
from notifications.owing import owe_member
from notifications.promises.endings import Moot, Permanent, Postponed, Transient
from notifications.promises.owed import State
from notifications.promises.registry import Ending, register
from notifications.promises.signals import given_up
from notifications.writing import RINGS
from teams import connections
from teams.models import Membership, Role

#: What is worth nothing in a minute is taken up again soon when a process died with it in its hands.
RING_LEASE = timedelta(seconds=10)

DEFAULT_REST = timedelta(seconds=5)  # after a 429 that names no time


def deliver(delivery: Delivery) -> str:
    """Hand the message to its channel, once, and return the answer. Raises Transient or Permanent."""
    at = delivery.started_at or delivery.due_at
    connection = connection_of(delivery)
    try:
        receipt = CHANNELS[delivery.channel].send(delivery)
    except NotYet as wait:
        raise Postponed(str(wait), until=wait.until) from wait
    except Unwanted as moot:
        raise Moot(str(moot)) from moot
    except ChannelError as problem:
        if problem.needs_reconnect and connection:
            connections.note_refused(connection, reason=str(problem), at=at)
        if problem.permanent:
            raise Permanent(str(problem)) from problem
        if problem.is_throttled:
            _close_bucket(delivery, problem.retry_after or DEFAULT_REST)
        raise Transient(str(problem), retry_after=problem.retry_after) from problem
    delivery.provider_ref = receipt.provider_ref
    if connection and connection.is_ready:  # what is drawn for the demo proves nothing
        connections.note_working(connection, at=at)
    return receipt.answer


def deliverable(waiting: QuerySet[Delivery], at: datetime) -> QuerySet[Delivery]:
    """Narrow to what may go out now: the first of its lane, on a channel that is open.

    A lane waits for every earlier delivery that may still go out, one in somebody's hands too: it was dropped while
    it was being sent, say.
    """
    earlier = (
        Delivery.objects.filter(lane=OuterRef("lane"), pk__lt=OuterRef("pk"))
        .exclude(lane="")
        .filter(Q(state=State.WAITING) | Q(lease_until__gt=Now()))
    )
    bucket = Concat(OuterRef("channel"), Value("/"), Cast(OuterRef("team_id"), CharField()), output_field=CharField())
    closed = Bucket.objects.filter(name=bucket, closed_until__gt=at)
    return waiting.filter(Q(lane="") | ~Exists(earlier)).exclude(Exists(closed))


def retryable(ended: QuerySet[Delivery]) -> QuerySet[Delivery]:
    """Narrow to what no later delivery of its lane has replaced: an old time must not arrive after the new one."""
    later = (
        Delivery.objects.filter(lane=OuterRef("lane"), pk__gt=OuterRef("pk"))
        .exclude(lane="")
        .exclude(state=State.DROPPED)
    )
    return ended.exclude(Exists(later))


def begin_attempts(claimed: Sequence[Delivery], at: datetime) -> None:
    """Write down that an attempt begins; those before it that never ended may have reached the other side."""
    Attempt.objects.bulk_create(Attempt(delivery=each, fence=each.fence, started_at=at) for each in claimed)
    for delivery in claimed:
        if delivery.crashes:
            delivery.ambiguous = delivery.tries.filter(fence__lt=delivery.fence, ended_at=None).count()
            delivery.save(update_fields=["ambiguous"])


def end_attempt(delivery: Delivery, ending: Ending) -> None:
    """Write down how the attempt of this claim ended, even if another has overtaken it."""
    Attempt.objects.filter(delivery=delivery, fence=delivery.fence).update(
        ended_at=ending.at, succeeded=ending.state == State.DONE, answer=ending.answer[:500]
    )
    if delivery.kind == invitations.KIND:
        invitations.note_ending(delivery, ending)


def _is_fleeting(delivery: Delivery) -> bool:
    return delivery.is_fleeting


register(
    Delivery,
    deliver,
    streams={kind.value: Q(channel=kind, is_fleeting=False) for kind in ChannelKind} | {RINGS: Q(is_fleeting=True)},
    leases={RINGS: RING_LEASE},
    is_fleeting=_is_fleeting,
    claimable=deliverable,
    may_retry=retryable,
    on_claim=begin_attempts,
    on_end=end_attempt,
    stamps=("provider_ref",),
)


@receiver(given_up, sender=Delivery, dispatch_uid="notifications.tell_leads_by_mail")
def tell_leads_by_mail(owed: Delivery, **_: Any) -> None:
    """Tell the team leads by mail and inbox what the team's channel was not told."""
    if owed.audience != Audience.CHANNEL:
        return
    message = Message.from_json(owed.message)
    label = CHANNELS[owed.channel].label
    told = replace(message, facts=(*message.facts, Fact(f"Not on {label}", owed.answer)))
    leads = Membership.objects.active().filter(team_id=owed.team_id, role=Role.LEAD).select_related("user")
    for lead in leads:
        owe_member(
            lead,
            kind=f"{owed.kind[:30]}_fallback",
            about=owed.about,
            audience=Audience.LEAD,
            message=told,
            at=owed.done_at or owed.due_at,
            revision=owed.pk,
            group=Group.TEAM,
        )


@receiver(given_up, sender=Delivery, dispatch_uid="notifications.mail_what_was_not_texted")
def mail_what_was_not_texted(owed: Delivery, **_: Any) -> None:
    """Mail a member what no text could bring, whatever they chose: they may have chosen texts alone."""
    if owed.channel != ChannelKind.SMS or owed.recipient is None:
        return
    message = Message.from_json(owed.message)
    owe_member(
        owed.recipient,
        kind=f"{owed.kind[:30]}_fallback",
        about=owed.about,
        audience=Audience(owed.audience),
        message=replace(message, facts=(*message.facts, Fact("Not texted", owed.answer))),
        at=owed.done_at or owed.due_at,
        revision=owed.pk,
        inbox=False,
    )


def _close_bucket(delivery: Delivery, rest: timedelta) -> None:
    """Keep everybody off this channel of this team for that long; a longer rest already set stays."""
    with connection.cursor() as cursor:
        cursor.execute(
            """
            INSERT INTO notifications_bucket AS bucket (name, closed_until) VALUES (%s, %s)
            ON CONFLICT (name) DO UPDATE SET closed_until = GREATEST(bucket.closed_until, excluded.closed_until)
            """,
            [f"{delivery.channel}/{delivery.team_id}", (delivery.started_at or delivery.due_at) + rest],
        )
