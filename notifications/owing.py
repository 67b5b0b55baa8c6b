"""The only door to deliveries and inbox items: what is owed to whom, written in the caller's transaction.

The key of each row says what it is for, ``about | kind | who | revision``, so two paths that owe the same collide and
the first stands. Callers hold the lock of what it is about, so that rows of one lane are written in their order.
"""

from __future__ import annotations

from collections.abc import Collection
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.db.models import QuerySet

from notifications import preferences, reaching
from notifications.inbox import path_of
from notifications.invites import Invite
from notifications.messages import Message
from notifications.models import Delivery, InboxItem
from notifications.models.deliveries import Audience, ChannelKind, Topic
from notifications.models.preferences import Group
from notifications.promises import endings
from notifications.texting import owe_text
from notifications.wording import one_line
from notifications.writing import PATIENCE, digest, key_of, write
from teams.models import Membership, Team
from teams.ways import WAYS

TEAM_CHANNELS = (ChannelKind.SLACK, ChannelKind.TEAMS)
#: What people are texted at any hour, since they have said that they are there for it.
AT_ANY_TIME = frozenset({Group.NEW, Group.LIVE})
SHORTEST_PATIENCE = timedelta(minutes=10)  # an invite for a meeting that begins at once is tried for this long


def owe_member(  # noqa: PLR0913 - what, to whom, when, and what if not
    membership: Membership,
    *,
    kind: str,
    about: str,
    audience: Audience,
    message: Message,
    at: datetime,
    revision: int = 1,
    invite: Invite | None = None,
    responsible: Membership | None = None,
    deadline_at: datetime | None = None,
    is_fleeting: bool = False,
    email: bool = True,
    text: bool = False,
    inbox: bool = True,
    chat: bool = False,
    group: Group | None = None,
) -> None:
    """Owe a member an item in the inbox, a mail and a text, as they want it. Nobody writes to one who has left.

    ``chat``: a direct message in the team's chat besides, where it is connected and knows them.

    ``group`` is what they chose for; what belongs to none, and a mail that brings an invite, comes whatever they chose.
    ``email`` and ``text`` are for those who chose nothing; nobody is texted who has not agreed to texts.

    ``is_fleeting``: worth nothing after ``deadline_at``. Nobody is asked to do anything about it then.
    """
    if membership.ended_at is not None or not membership.user.is_active:
        return
    chosen = preferences.choice_of(membership, group) if group else None
    if chosen:
        email, text = chosen.by_email or invite is not None, chosen.by_text
    owed: dict[str, Any] = {"kind": kind, "about": about, "audience": audience, "message": message, "at": at}
    lasting: dict[str, Any] = {"deadline_at": deadline_at if invite is None else None, "is_fleeting": is_fleeting}
    if text:
        _text_member(membership, group=group, revision=revision, **lasting, **owed)
    if chat and reaching.is_in_chat(membership):
        _write_chat(membership, revision=revision, **lasting, **owed)
    key = key_of(about, kind, f"m{membership.pk}", revision)
    if inbox:
        _write_inbox(membership, key=key, kind=kind, about=about, message=message, at=at)
    if email:
        named: dict[str, Any] = {"key": key, "about": about, "kind": kind, "audience": audience}
        named |= {"address": membership.user.email}
        named |= {"responsible": responsible, "deadline_at": deadline_at, "is_fleeting": is_fleeting}
        delivery = _to_member(membership, **named)
        _write_email(delivery, message=message, invite=invite, at=at)


def _text_member(membership: Membership, *, group: Group | None, **owed: Any) -> None:
    """Owe the text that they asked for: a new handoff or a client who waits at any time, the rest not by night."""
    owe_text(
        team=membership.team,
        number=membership.user.phone,
        zone="" if group in AT_ANY_TIME else membership.user.zone,
        name=membership.user.name,
        recipient=membership,
        **owed,
    )


def _to_member(membership: Membership, **fields: Any) -> Delivery:
    name = one_line(membership.user.name, 160)
    return Delivery(team=membership.team, recipient=membership, recipient_name=name, **fields)


def _write_chat(  # noqa: PLR0913 - as above
    membership: Membership,
    *,
    kind: str,
    about: str,
    audience: Audience,
    message: Message,
    at: datetime,
    revision: int,
    deadline_at: datetime | None,
    is_fleeting: bool,
) -> None:
    write(
        _to_member(
            membership,
            key=key_of(about, kind, f"slack/m{membership.pk}", revision),
            about=about,
            kind=kind,
            channel=ChannelKind.SLACK,
            audience=audience,
            message=message.as_json(),
            is_fleeting=is_fleeting,
            due_at=at,
            deadline_at=deadline_at or at + PATIENCE[ChannelKind.SLACK],
        )
    )


def owe_person(  # noqa: PLR0913 - as above
    *,
    team: Team,
    email: str,
    name: str,
    kind: str,
    about: str,
    message: Message,
    at: datetime,
    audience: Audience = Audience.CLIENT,
    revision: int = 1,
    invite: Invite | None = None,
    responsible: Membership | None = None,
    deadline_at: datetime | None = None,
) -> None:
    """Owe a mail to somebody without an account: the client, or who decides with them."""
    address = one_line(email, 254)
    _write_email(
        Delivery(
            key=key_of(about, kind, digest(address), revision),
            about=about,
            kind=kind,
            team=team,
            audience=audience,
            recipient_name=one_line(name, 160),
            address=address,
            responsible=responsible,
            deadline_at=deadline_at,
        ),
        message=message,
        invite=invite,
        at=at,
    )


def owe_channel(  # noqa: PLR0913 - as above
    team: Team,
    *,
    kind: str,
    about: str,
    message: Message,
    at: datetime,
    revision: int = 1,
    responsible: Membership | None = None,
    is_stuck: bool = False,
    channels: Collection[ChannelKind] = TEAM_CHANNELS,
    or_main: bool = False,
) -> bool:
    """Owe each of the team's channels an alert; an urgent one pings everybody there. False if the team has none.

    ``channels``: only these of them.

    ``is_stuck``: it tells of something that needs a person, and goes only where a team wants to hear of that; with
    ``or_main`` it goes to every channel, and in Slack to the main one where there is none for what is stuck.
    """
    served = [channel for channel in TEAM_CHANNELS if channel in channels and _is_served(team, channel)]
    if is_stuck and not or_main:
        served = [channel for channel in served if channel == ChannelKind.SLACK and team.slack.stuck_channel]
    topic = Topic.STUCK if is_stuck else Topic.HOT if message.is_urgent else Topic.MAIN
    for channel in served:
        write(
            Delivery(
                key=key_of(about, kind, channel, revision),
                about=about,
                kind=kind,
                team=team,
                channel=channel,
                topic=topic,
                audience=Audience.CHANNEL,
                recipient_name=channel.label,
                responsible=responsible,
                message=message.as_json(),
                due_at=at,
                deadline_at=at + PATIENCE[channel],
            )
        )
    return bool(served)


def _is_served(team: Team, channel: ChannelKind) -> bool:
    """Whether the team has this channel; in the demo one that is on and not connected yet is drawn."""
    connection = WAYS[channel].of(team)
    return connection is not None and connection.is_enabled and (connection.is_ready or settings.DEMO_OUTBOX)


def drop_waiting(*, about: str, kinds: Collection[str], at: datetime, to: Collection[int] | None = None) -> int:
    """No longer owe these, to all or only to some members (``to``), as far as they still wait. Returns how many."""
    owed = deliveries_about(about).filter(kind__in=kinds)
    return endings.drop(owed if to is None else owed.filter(recipient__in=to), at=at)


def deliveries_about(about: str) -> QuerySet[Delivery]:
    """Return everything owed for this, in the order in which it was owed."""
    return Delivery.objects.filter(about=about).order_by("pk")


def _write_email(delivery: Delivery, *, message: Message, invite: Invite | None, at: datetime) -> None:
    delivery.channel = ChannelKind.EMAIL
    delivery.message = message.as_json()
    delivery.due_at = at
    patience = at + PATIENCE[ChannelKind.EMAIL]
    if invite is not None:
        named = invite.naming(email=delivery.address, name=delivery.recipient_name)
        delivery.invite = named.as_json()
        delivery.lane = f"{named.uid}|{delivery.address.lower()}"
        patience = min(patience, max(named.starts_at, at + SHORTEST_PATIENCE))
    delivery.deadline_at = delivery.deadline_at or patience
    write(delivery)


def _write_inbox(membership: Membership, *, key: str, kind: str, about: str, message: Message, at: datetime) -> None:
    item = InboxItem(
        key=key,
        membership=membership,
        about=about,
        kind=kind,
        is_urgent=message.is_urgent,
        created_at=at,
        title=one_line(message.title, 200),
        body=one_line(message.lead_in, 500),
        link=path_of(message.link),
    )
    InboxItem.objects.bulk_create([item], ignore_conflicts=True)
