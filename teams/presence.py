"""Being on call: who takes live transfers now, from when until when.

A phone that is locked is not offline, so silence ends nothing. On call ends by its time, by the person, or by as many
missed rings in a row as the team's policy allows.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from teams.models import Membership, Presence
from teams.models.presence import Ended
from teams.signals import going_off_call, presence_changed
from teams.zones import local_to_utc, zone

#: Nobody is on call for longer than a day's work without saying so again.
LONGEST = timedelta(hours=12)
#: So long after being on call a transfer may still be under way.
AFTERWARDS = timedelta(hours=1)


class CannotBeOnCall(ValueError):
    """This person cannot be rung, or not for so long; the words say why."""


@dataclass(frozen=True, slots=True)
class Standing:
    """How an agent stands at a moment: on call until when, or how the last time ended."""

    presence: Presence | None
    at: datetime

    @property
    def is_on_call(self) -> bool:
        """Whether they can be rung."""
        return self.presence is not None and self.presence.is_on_call(self.at)

    @property
    def missed(self) -> int:
        """How many rings in a row they have missed, so far or when that ended it."""
        return self.presence.missed if self.presence else 0

    @property
    def key(self) -> str:
        """What a page says it shows, so that it is drawn again only when there is something else to see."""
        if self.presence is None:
            return ""
        if not self.is_on_call:
            return f"off-{self.presence.ended_because if self.was_taken_off else ''}"
        return f"{self.presence.until:%m%dT%H%M%S}-{self.missed}"

    @property
    def was_taken_off(self) -> bool:
        """Whether missed rings ended it, not longer ago than is worth telling."""
        return (
            self.presence is not None
            and self.presence.ended_because == Ended.MISSED
            and self.presence.ended_at is not None
            and self.at - self.presence.ended_at < LONGEST
        )

    @property
    def was_just_on_call(self) -> bool:
        """Whether something that began while they were on call may still go on."""
        if self.presence is None:
            return False
        return self.at - (self.presence.ended_at or self.presence.until) < AFTERWARDS


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
    presence_changed.send(sender=Presence, member=member, at=at)
    return presence


@transaction.atomic
def stay_on_call(*, member: Membership, longer: timedelta, at: datetime) -> Presence:
    """Let this agent be rung for so much longer than they had said. Raises CannotBeOnCall."""
    presence = Presence.objects.on_call(at).select_for_update().filter(membership=member).first()
    if presence is None:
        raise CannotBeOnCall("You are off call by now: go on call again.")
    until = presence.until + longer
    if until - at > LONGEST:
        raise CannotBeOnCall("That would be longer than twelve hours from now.")
    presence.until = until
    presence.save(update_fields=["until"])
    presence_changed.send(sender=Presence, member=member, at=at)
    return presence


def next_time(clock: time, *, zone_name: str, at: datetime) -> datetime:
    """Return when clocks of the zone show this next, in UTC: today, or tomorrow once it is over. Raises NoSuchTime."""
    today = at.astimezone(zone(zone_name)).date()
    then = local_to_utc(datetime.combine(today, clock), zone_name=zone_name)
    if then > at:
        return then
    return local_to_utc(datetime.combine(today + timedelta(days=1), clock), zone_name=zone_name)


@transaction.atomic
def go_off_call(*, member: Membership, because: Ended = Ended.OFF, at: datetime) -> bool:
    """Ring this person no more, nor go on with a ring. Tells whether they were on call."""
    going_off_call.send(sender=Membership, member=member, at=at)
    now = Presence.objects.on_call(at).filter(membership=member)
    was_on = bool(now.update(ended_because=because, ended_at=at))
    if was_on:
        presence_changed.send(sender=Presence, member=member, at=at)
    return was_on


def presence_of(member: Membership, *, at: datetime) -> Presence | None:
    """Return since when and until when they are on call, or None."""
    return Presence.objects.on_call(at).filter(membership=member).first()


def standing_of(member: Membership, *, at: datetime) -> Standing:
    """Return how they stand, with how the last time on call ended; one query."""
    return Standing(Presence.objects.filter(membership=member).first(), at)


def note_missed(*, member_id: int, limit: int, at: datetime) -> bool:
    """Count a ring that nobody answered; with ``limit`` in a row the person is off call. Tells whether they are now.

    Nothing is announced here: a ladder counts several while it holds their rows, and tells of it afterwards.
    """
    Presence.objects.filter(membership=member_id).update(missed=F("missed") + 1)
    over = Presence.objects.on_call(at).filter(membership=member_id, missed__gte=limit)
    return bool(over.update(ended_because=Ended.MISSED, ended_at=at))


def note_answered(*, member_id: int) -> bool:
    """Forget the missed rings: whoever accepts or passes is there. Tells whether there were any."""
    return bool(Presence.objects.filter(membership=member_id).exclude(missed=0).update(missed=0))
