"""Messages in Slack that are brought up to date, and answers that one person sees: owed, and kept by the sweep.

https://docs.slack.dev/reference/methods/chat.update and the response_url of an interaction.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta

from django.db.models import Q, QuerySet

from notifications import outbound
from notifications.channels.slack_api import call
from notifications.channels.slack_cards import card, escaped
from notifications.channels.vocabulary import ChannelError
from notifications.messages import Message
from notifications.models import Delivery, OutboxCard, SlackCall
from notifications.models.deliveries import ChannelKind
from notifications.owing import deliveries_about
from notifications.promises import doorbell
from notifications.promises.endings import Permanent, Transient, drop
from notifications.promises.owed import State
from notifications.promises.registry import register
from notifications.writing import PATIENCE
from teams.models import SlackConnection, Team

REPLY_HOSTS = frozenset({"hooks.slack.com"})
REPLY_WITHIN = timedelta(minutes=30)  # so long Slack takes answers at a response_url
LONGEST = 3000


def bring_up_to_date(
    *,
    about: str,
    kinds: Collection[str],
    message: Message,
    at: datetime,
    revision: int,
    to: Collection[int] | None = None,
) -> int:
    """Owe that what members, or only some (``to``), were sent about this says ``message`` now, without buttons.

    Returns how many messages that are. What it was to say by an earlier revision is not worth saying any more.
    """
    sent = deliveries_about(about).filter(channel=ChannelKind.SLACK, kind__in=kinds, recipient__isnull=False)
    return rewrite(sent if to is None else sent.filter(recipient__in=to), message=message, at=at, revision=revision)


def rewrite(sent: QuerySet[Delivery], *, message: Message, at: datetime, revision: int) -> int:
    """Owe that these say ``message`` instead, as far as they were posted or are about to be. Returns how many."""
    sent = sent.filter(Q(state=State.DONE) | Q(lease_until__isnull=False))
    drop(SlackCall.objects.filter(delivery__in=sent), at=at, answer="Not said: there is something newer to say.")
    calls = [
        SlackCall(
            key=f"{delivery.key}|now|r{revision}",
            about=delivery.about,
            team_id=delivery.team_id,
            delivery=delivery,
            message=message.as_json(),
            due_at=at,
            deadline_at=at + PATIENCE[ChannelKind.SLACK],
        )
        for delivery in sent
    ]
    return _owe(calls)


def reply(*, team: Team, address: str, words: str, mark: str, at: datetime) -> int:
    """Owe an answer that only the person sees who pressed. ``mark``: of the press, so that it is answered once."""
    said = SlackCall(
        key=f"team/{team.pk}|slack_reply|{mark}",
        about=f"team/{team.pk}",
        team=team,
        address=address,
        message=Message(title=words).as_json(),
        due_at=at,
        deadline_at=at + REPLY_WITHIN,
    )
    return _owe([said])


def make_call(owed: SlackCall) -> str:
    """Keep the promise, and return what came of it. Raises Transient or Permanent."""
    try:
        return _update(owed, owed.delivery) if owed.delivery else _answer(owed)
    except outbound.Forbidden as problem:
        raise Permanent(str(problem)) from problem
    except outbound.Unreachable as problem:
        raise Transient(str(problem)) from problem
    except ChannelError as problem:
        if problem.permanent:
            raise Permanent(str(problem)) from problem
        raise Transient(str(problem), retry_after=problem.retry_after) from problem


def _update(owed: SlackCall, delivery: Delivery) -> str:
    payload = card(Message.from_json(owed.message))
    channel, _, stamp = delivery.provider_ref.partition(" ")
    if not stamp:
        if delivery.state == State.WAITING or delivery.lease_until is not None:
            raise Transient("The message is still on its way.")
        return "It was never posted."
    if channel == "outbox":
        OutboxCard.objects.filter(pk=int(stamp)).update(payload=payload, title=str(owed.message["title"])[:200])
        return "Brought up to date in the demo outbox."
    connection = SlackConnection.objects.filter(team=owed.team_id).exclude(token="").first()
    if connection is None:
        raise Permanent("Slack is not connected by a token any more.")
    call(connection, "chat.update", {"channel": channel, "ts": stamp, **payload})
    return "Brought up to date."


def _answer(owed: SlackCall) -> str:
    said = {
        "response_type": "ephemeral",
        "replace_original": False,
        "text": escaped(str(owed.message["title"]), LONGEST),
    }
    answer = outbound.post_json(owed.address, said, hosts=REPLY_HOSTS)
    if answer.status == 429 or answer.status >= 500:
        raise Transient(f"{answer.status}, not now.", retry_after=answer.retry_after)
    if answer.status != 200:
        raise Permanent(f"{answer.status} {answer.text.strip()[:100]}".strip())
    return "Answered."


def _owe(calls: list[SlackCall]) -> int:
    if calls:
        SlackCall.objects.bulk_create(calls, ignore_conflicts=True)
        doorbell.ring()
    return len(calls)


register(SlackCall, make_call, threads=2)
