"""How much of the call an agent has listened to, as their player tells it, and no more than can be true."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Final

from django.db import transaction

from handoff.brief import read_brief
from handoff.models import BriefRead, Handoff
from handoff.spans import Span, merged, minus
from leads.models import Recording
from leads.timeline import record
from teams.models import Membership

#: The fastest that the player plays.
FASTEST: Final = 2.5
#: The player tells how far it is every ten seconds while it plays. A longer silence counts as this much.
SILENCE: Final = timedelta(seconds=60)
#: Nobody jumps about more than this; a list longer than it is no listener's.
MOST_SPANS: Final = 200


@transaction.atomic
def hear(
    *, handoff: Handoff, member: Membership, call: Recording, spans: Iterable[Span], length: int, at: datetime
) -> BriefRead:
    """Note what of a call was played: ``spans`` in whole seconds of it, all that this page has played so far.

    Told again, or twice at once by two pages, a second counts once. In a stretch of time no more is counted than could
    be played in it at full speed, so that nobody is credited with what they did not hear. ``length``: of the call, in
    seconds; the first that is told stands.
    """
    read = _locked(handoff, member, at=at)
    if read.call_id != call.pk:  # another call has taken its place: what was heard was of the one before
        read.call, read.call_seconds, read.heard, read.heard_seconds = call, 0, [], 0
        read.heard_at = None
    was_heard = read.heard_seconds > 0
    read.call_seconds = read.call_seconds or length
    known = [(begins, ends) for begins, ends in read.heard]
    told = merged((begins, min(ends, read.call_seconds)) for begins, ends in spans if begins < read.call_seconds)
    credited = _first(minus(told, known), _seconds_since(read.heard_at, at))
    read.heard = merged([*known, *credited])[:MOST_SPANS]
    read.heard_seconds = sum(ends - begins for begins, ends in read.heard)
    read.heard_at = at
    read.save(update_fields=["call", "call_seconds", "heard", "heard_seconds", "heard_at"])
    if read.heard_seconds and not was_heard:
        _tell(handoff, member, "listens to the call", at=at)
    return read


@transaction.atomic
def open_call(*, handoff: Handoff, member: Membership, call: Recording, at: datetime) -> BriefRead:
    """Note that a call which plays elsewhere was opened in a tab: how much of it was heard is not known."""
    read = _locked(handoff, member, at=at)
    if read.call_opened_at is None or read.call_id != call.pk:
        read.call, read.call_seconds, read.heard, read.heard_seconds = call, 0, [], 0
        read.heard_at, read.call_opened_at = None, at
        read.save(update_fields=["call", "call_seconds", "heard", "heard_seconds", "heard_at", "call_opened_at"])
        _tell(handoff, member, "opened the call", at=at)
    return read


def _locked(handoff: Handoff, member: Membership, *, at: datetime) -> BriefRead:
    read_brief(handoff=handoff, membership=member, at=at)
    return BriefRead.objects.select_for_update().get(handoff=handoff, membership=member)


def _seconds_since(moment: datetime | None, at: datetime) -> int:
    """How much can have been played since it was last told; nothing before the first word, which is “it plays”."""
    if moment is None or at <= moment:
        return 0
    return int(min(at - moment, SILENCE).total_seconds() * FASTEST)


def _first(spans: Iterable[Span], seconds: int) -> list[Span]:
    """Return as many seconds of the spans as may be, from the first."""
    kept: list[Span] = []
    for begins, ends in spans:
        if seconds <= 0:
            break
        kept.append((begins, min(ends, begins + seconds)))
        seconds -= ends - begins
    return kept


def _tell(handoff: Handoff, member: Membership, what: str, *, at: datetime) -> None:
    record(
        lead=handoff.lead,
        kind="brief_heard",
        summary=f"{member.user.name} {what}",
        actor=member,
        at=at,
        data={"handoff": handoff.pk},
    )
