"""Standing aside for a while, and taking more on a day: what a team lead decides about one agent."""

from datetime import date, datetime, time, timedelta

from django.db import transaction
from django.db.models import F

from teams.models import Absence, Allowance, Membership
from teams.zones import local_to_utc, zone


class BenchRefused(ValueError):
    """This cannot be: the words say why."""


def bench_of(agent: Membership, *, at: datetime) -> Absence | None:
    """Return the bench this agent sits on at that moment, if any."""
    return Absence.objects.filter(membership=agent, is_own=False).lasting_at(at).first()


def bench_words(until: datetime | None, *, zone_name: str) -> str:
    """Say "benched until Fri, Dec 4", the day the agent is back by their own clock; "benched" without an end."""
    if until is None:
        return "benched"
    local = until.astimezone(zone(zone_name))
    return f"benched until {local:%a, %b} {local.day}"


@transaction.atomic
def bench(*, agent: Membership, reason: str, back_on: date | None, by: Membership, at: datetime) -> Absence:
    """Offer this agent nothing until the morning of ``back_on`` by their own clock, or until somebody ends it.

    What they have stays theirs. A bench that lasts is replaced. Raises BenchRefused.
    """
    if not agent.is_agent:
        raise BenchRefused("Only an agent can be benched.")
    until = local_to_utc(datetime.combine(back_on, time.min), zone_name=agent.user.zone) if back_on else None
    if until and until <= at:
        raise BenchRefused("Choose a day after today.")
    _lock(agent)
    _end(agent, is_own=False, at=at)
    return Absence.objects.create(membership=agent, is_own=False, reason=reason, by=by, starts_at=at, until=until)


@transaction.atomic
def end_bench(*, agent: Membership, at: datetime) -> bool:
    """Let the agent have leads again. Tells whether they were benched."""
    _lock(agent)
    was = bench_of(agent, at=at) is not None
    _end(agent, is_own=False, at=at)
    return was


def note_own_absence(*, agent: Membership, takes_handoffs: bool, by: Membership | None, at: datetime) -> None:
    """Remember since when an agent takes no handoffs by their profile. Call it in the transaction of the change."""
    _lock(agent)
    if takes_handoffs:
        _end(agent, is_own=True, at=at)
    elif not Absence.objects.filter(membership=agent, is_own=True).lasting().exists():
        Absence.objects.create(membership=agent, is_own=True, by=by, starts_at=at)


def allow_more(*, agent: Membership, on: date, extra: int, reason: str, by: Membership, at: datetime) -> Allowance:
    """Let the agent have ``extra`` more leads than usual on one of their own days. Raises BenchRefused for the past."""
    if on < at.astimezone(zone(agent.user.zone)).date():
        raise BenchRefused("That day is over.")
    if on > at.date() + timedelta(days=366):
        raise BenchRefused("Choose a day within a year.")
    return Allowance.objects.create(membership=agent, on=on, extra=extra, reason=reason, by=by, at=at)


def take_allowance_back(*, allowance: Allowance) -> None:
    """Take it back; what was given in the meantime stays."""
    allowance.delete()


def _lock(agent: Membership) -> None:
    Membership.objects.select_for_update(no_key=True).get(pk=agent.pk)


def _end(agent: Membership, *, is_own: bool, at: datetime) -> None:
    """End what lasts. One whose time ran out before has ended then."""
    rows = Absence.objects.filter(membership=agent, is_own=is_own).lasting()
    rows.filter(until__lte=at).update(ended_at=F("until"))
    rows.filter(ended_at=None).update(ended_at=at)
