"""Owing a text: to who wants texts, by a team that sends them, in the reader's daytime."""

from __future__ import annotations

from datetime import datetime

from notifications import consent, quiet
from notifications.messages import Message
from notifications.models import Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises import endings
from notifications.wording import one_line
from notifications.writing import PATIENCE, digest, key_of, write
from teams import texts
from teams.models import Membership, Team


def owe_text(  # noqa: PLR0913 - as above
    *,
    team: Team,
    number: str,
    zone: str,
    name: str,
    kind: str,
    about: str,
    message: Message,
    at: datetime,
    audience: Audience = Audience.CLIENT,
    revision: int = 1,
    recipient: Membership | None = None,
    responsible: Membership | None = None,
    deadline_at: datetime | None = None,
    is_fleeting: bool = False,
) -> bool:
    """Owe a text to a number (E.164) that wants texts; by night in ``zone``, one for the morning.

    False if the team has no texts, they want none, or the morning is too late: then somebody else has to tell them.
    An earlier text about the same that still waits is not worth sending any more.
    """
    due_at = quiet.next_open(at, zone) if zone else at
    deadline_at = deadline_at or due_at + PATIENCE[ChannelKind.SMS]
    if due_at > deadline_at or not texts.are_on(team) or not consent.may_text(team.pk, number):
        return False
    lane = f"text|{about}|{number}"
    _drop_stale(lane, at=at)
    write(
        Delivery(
            key=key_of(about, kind, f"t{digest(number)}", revision),
            about=about,
            kind=kind,
            team=team,
            channel=ChannelKind.SMS,
            audience=audience,
            recipient=recipient,
            recipient_name=one_line(name, 160),
            address=number,
            zone=zone,
            is_fleeting=is_fleeting,
            responsible=responsible,
            message=message.as_json(),
            lane=lane,
            due_at=due_at,
            deadline_at=deadline_at,
            answer=quiet.WAITS if due_at > at else "",
        )
    )
    return True


def _drop_stale(lane: str, *, at: datetime) -> None:
    endings.drop(
        Delivery.objects.filter(lane=lane, lease_until=None), at=at, answer="Not sent: a newer text says more."
    )
