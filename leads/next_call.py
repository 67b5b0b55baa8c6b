"""When to call again: what experience with the telephone suggests, by the client's own clock."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, time, timedelta

from leads.models import Lead
from leads.models.calls import CallResult
from leads.states import Stage
from teams.quiet_hours import CLOSES, quiet_until
from teams.zones import zone

#: Stages in which somebody else has the next word; a call from here plans none.
SETTLED = frozenset(
    {
        Stage.APPOINTMENT_SET,
        Stage.HANDED_OFF,
        Stage.MET,
        Stage.SIGNED,
        Stage.UNDER_CONTRACT,
        Stage.CLOSED,
        Stage.LOST,
    }
)
#: After the first, second, third … call in a row that nobody answered: days. Zero is later the same day.
DAYS = {
    CallResult.NO_ANSWER: (0, 1, 2, 4, 7, 14, 30),
    CallResult.VOICEMAIL: (1, 2, 4, 7, 14, 30),  # time to call back comes first
}
LATER_TODAY = timedelta(hours=3)
AFTER_A_TALK = timedelta(days=2)
#: Mornings, noons and evenings take turns: who is out at ten may be in at half past five.
PARTS = (time(9, 30), time(12, 30), time(17, 30))
ENDS_OF_PARTS = (time(11), time(15))
STEP = timedelta(minutes=5)


def suggested_call(
    result: CallResult, *, unanswered: int, zone_name: str, stage: Stage, at: datetime
) -> datetime | None:
    """Return when to call again (UTC), never in the client's quiet hours; None where nothing should be planned.

    ``unanswered`` counts the calls in a row, this one included, that nobody answered.
    """
    if stage in SETTLED or result is CallResult.WRONG_NUMBER:
        return None
    if result is CallResult.ANSWERED:  # this hour works for them
        return quiet_until(zone_name, at=_rounded(_local_after(at, AFTER_A_TALK.days, zone_name)))
    days = DAYS[result][min(max(unanswered, 1), len(DAYS[result])) - 1]
    if days:
        return _at_another_hour(at, days=days, zone_name=zone_name)
    later = _rounded(at + LATER_TODAY)
    is_today = later.astimezone(zone(zone_name)).date() == at.astimezone(zone(zone_name)).date()
    if is_today and later.astimezone(zone(zone_name)).time() < CLOSES:
        return quiet_until(zone_name, at=later)
    return _at_another_hour(at, days=1, zone_name=zone_name)


@dataclass(frozen=True, slots=True)
class CallChoice:
    """One thing that may come of a call, its key and icon, and when to call again then."""

    result: CallResult
    key: str
    icon: str
    next_call_at: datetime | None

    @property
    def value(self) -> str:
        """What a form sends when this is chosen: the result, and the suggestion as it stood on the page."""
        return f"{self.result.value} {self.next_call_at.isoformat()}" if self.next_call_at else self.result.value


def call_choices(lead: Lead, *, at: datetime) -> list[CallChoice]:
    """What may come of calling this lead now, each with the next call that it suggests. Reads the lead's row alone."""
    unanswered, stage = lead.unanswered_calls + 1, Stage(lead.stage)
    return [
        CallChoice(
            result, key, icon, suggested_call(result, unanswered=unanswered, zone_name=lead.zone, stage=stage, at=at)
        )
        for result, key, icon in (
            (CallResult.ANSWERED, "a", "check-circle"),
            (CallResult.NO_ANSWER, "n", "telephone-x"),
            (CallResult.VOICEMAIL, "v", "mic"),
            (CallResult.WRONG_NUMBER, "w", "x-circle"),
        )
    ]


def _local_after(at: datetime, days: int, zone_name: str) -> datetime:
    """The same reading of the client's clock, some days on."""
    local = at.astimezone(zone(zone_name)).replace(tzinfo=None) + timedelta(days=days)
    return local.replace(tzinfo=zone(zone_name)).astimezone(UTC)


def _at_another_hour(at: datetime, *, days: int, zone_name: str) -> datetime:
    local = at.astimezone(zone(zone_name))
    tried = sum(local.time() >= end for end in ENDS_OF_PARTS)
    day = local.date() + timedelta(days=days)
    return datetime.combine(day, PARTS[(tried + 1) % len(PARTS)], tzinfo=zone(zone_name)).astimezone(UTC)


def _rounded(moment: datetime) -> datetime:
    """Up to the next five minutes: nobody plans for 10:07:31."""
    over = timedelta(minutes=moment.minute % 5, seconds=moment.second, microseconds=moment.microsecond)
    return moment + (STEP - over) if over else moment
