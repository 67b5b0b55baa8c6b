"""Being on call: who takes live transfers now, from when until when.

A phone that is locked is not offline, so silence ends nothing. On call ends by its time, by the person, or by as many
missed rings in a row as the team's policy allows.
"""

from __future__ import annotations

from datetime import datetime, timedelta

from django.db import transaction
from django.db.models import F

from teams.models import Membership, Presence
from teams.models.presence import Ended

#: Nobody is on call for longer than a day's work without saying so again.
LONGEST = timedelta(hours=12)


class CannotBeOnCall(ValueError):
    """This person cannot be rung, or not for so long; the words say why."""


@transaction.atomic
def go_on_call(*, member: Membership, until: datetime, at: datetime) -> Presence:
    """Let this agent be rung until then (aware). Going on call again sets the time anew. Raises CannotBeOnCall."""
    if not member.is_agent or member.ended_at is not None:
        raise CannotBeOnCall("Only a closing agent takes live transfers.")
    if not member.profile.takes_handoffs:
        raise CannotBeOnCall("Your profile says that you take no handoffs. Change that first.")
    if until <= at:
        raise CannotBeOnCall("Choose a time after now.")
    if until - at > LONGEST:
        raise CannotBeOnCall("Choose a time within twelve hours.")
    presence, _ = Presence.objects.update_or_create(
        membership=member,
        defaults={"since": at, "until": until, "ended_because": "", "ended_at": None, "missed": 0},
    )
    return presence


def go_off_call(*, member: Membership, because: Ended = Ended.OFF, at: datetime) -> bool:
    """Ring this person no more. Tells whether they were on call."""
    now = Presence.objects.on_call(at).filter(membership=member)
    return bool(now.update(ended_because=because, ended_at=at))


def presence_of(member: Membership, *, at: datetime) -> Presence | None:
    """Return since when and until when they are on call, or None."""
    return Presence.objects.on_call(at).filter(membership=member).first()


def note_missed(*, member_id: int, limit: int, at: datetime) -> bool:
    """Count a ring that nobody answered; with ``limit`` in a row the person is off call. Tells whether they are now."""
    Presence.objects.filter(membership=member_id).update(missed=F("missed") + 1)
    over = Presence.objects.on_call(at).filter(membership=member_id, missed__gte=limit)
    return bool(over.update(ended_because=Ended.MISSED, ended_at=at))


def note_answered(*, member_id: int) -> None:
    """Forget the missed rings: whoever accepts or passes is there."""
    Presence.objects.filter(membership=member_id).exclude(missed=0).update(missed=0)
