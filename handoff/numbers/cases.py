"""The handoffs behind a number, newest first. A number and its cases are one condition of the same rows."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import Q, QuerySet

from handoff.models import Current, Handoff
from handoff.models.numbers import REASONS
from handoff.numbers.asking import COLUMN, Question
from handoff.numbers.pace import A_MINUTE, steps_of
from handoff.numbers.queries import totals_for
from handoff.numbers.tallies import speeds
from handoff.places import Page, Place, through
from handoff.states import HandoffStatus
from teams.models import Membership

PAGE: Final = 50
#: How many lines of a file are read at once.
CHUNK: Final = 500
#: What may be looked at, by the names of ``Figures``.
LABELS: Final = {
    "handed": "Handed off",
    "set": "Appointments set",
    "held": "Appointments held",
    "no_show": "No-shows",
    "held_or_missed": "Held or missed",
    "cancelled": "Called off",
    "to_rebook": "To be booked again",
    "moved": "Moved",
    "to_come": "Still to come",
    "awaiting": "Awaiting an outcome",
    "otherwise": "Awaiting, moved, called off",
    "direct": "Handed over now",
    "live": "Live transfers",
    "connected": "Put through",
    "invited": "Both invites delivered",
    "invited_late": "Invites after a minute or more",
    "open": "Open",
    "overdue": "Outcome overdue",
    "due": "Outcome reported or overdue",
    "on_time": "Outcome on time",
    "late": "Outcome late or overdue",
    "missed": "Did not show",
    "recovered": "No-shows booked again",
    "met": "Met their agent",
    "unsaid": "Not said whether they met",
    "judged": "Said to be good or not",
    "good": "Good leads",
    "signed": "Signed",
    "contracted": "Under contract",
    "closed": "Closed",
    **{name: str(reason.label) for reason, name in REASONS.items()},
}
#: Those that are no count of ``Figures``, but of how fast something was.
OF_INVITES: Final = frozenset({"invited", "invited_late"})
SPEEDS: Final = OF_INVITES | {"connected"}

#: Those that are counted by what came of a client, each with the day (of ``Deal``) on which it came so far.
DEAL_DAYS: Final = {"signed": "signed_on", "contracted": "under_contract_on", "closed": "closed_on"}


def count_cases(question: Question, *, what: str, bar: int | None, at: datetime) -> int:
    """Count them the way the dashboard does; one query."""
    if bar is None and what not in SPEEDS:
        number: int = getattr(totals_for(question, at=at), what)
        return number
    fast = speeds(question)
    pace = fast.invited if what in OF_INVITES else fast.connected
    if bar is not None:
        return pace.bars[bar][1]
    return pace.cases - (pace.within_a_minute.part if what == "invited_late" else 0)


def cases_of(question: Question, *, what: str, bar: int | None, at: datetime) -> QuerySet[Current]:
    """Return the rows that a figure counts, the latest day first; with ``bar`` only those put through that fast."""
    found = rows_of(question).filter(_condition(what, at))
    if bar is not None:
        first, end = steps_of(bar)
        step = "invite_pace" if what in OF_INVITES else "pace"
        found = found.filter(**{f"{step}__gte": first, f"{step}__lt": end})
    return found


def rows_of(question: Question) -> QuerySet[Current]:
    """Return the rows of all that is asked for, the latest day first."""
    day = f"{question.basis}_on"
    within = {f"{day}__gte": question.since, f"{day}__lt": question.until}
    chosen = {COLUMN[by]: value for by, value in question.chosen.items()}
    found = Current.objects.filter(team_id=question.team_id, **within, **chosen)
    if question.method:
        found = found.filter(method=question.method)
    return found.order_by(f"-{day}", "-handoff_id")


def case_page(
    cases: QuerySet[Current], question: Question, *, viewer: Membership, after: Place | None, size: int = PAGE
) -> Page[Handoff]:
    """Return those after a place with all that a list shows of them, their deals too: so only own ones. Two queries."""
    day = f"{question.basis}_on"
    if after:
        is_after = Q(**{f"{day}__lt": after.day}) | Q(handoff_id__lt=after.pk, **{day: after.day})
        cases = cases.filter(is_after, **{f"{day}__lte": after.day})
    keys = [Place(*each) for each in cases.values_list(day, "handoff_id")[: size + 1]]
    shown = keys[:size]
    handoffs = (
        Handoff.objects.own(viewer)
        .filter(pk__in=[each.pk for each in shown])
        .select_related("lead", "setter__user", "agent__user", "appointment", "outcome", "deal")
        .in_bulk()
    )
    rows = [handoffs[each.pk] for each in shown if each.pk in handoffs]
    return Page(rows, shown[-1] if len(keys) > size else None)


def all_cases(cases: QuerySet[Current], question: Question, *, viewer: Membership) -> Iterator[Handoff]:
    """Yield every one, read by pieces."""
    return through(lambda after: case_page(cases, question, viewer=viewer, after=after, size=CHUNK))


def _condition(what: str, at: datetime) -> Q:
    is_open = Q(handoff__status=HandoffStatus.OPEN)
    is_overdue = is_open & Q(handoff__outcome_due_at__lt=at)
    is_to_come = is_open & Q(handoff__appointment__starts_at__gt=at)
    apart = {
        "handed": Q(),
        "set": Q(booked=1),
        "open": is_open,
        "overdue": is_overdue,
        "to_come": is_to_come,
        "awaiting": is_open & Q(handoff__appointment__starts_at__lte=at),
        "otherwise": Q(booked=1, held=0, no_show=0) & ~is_to_come,
        "unsaid": Q(met=0, missed=0),
        "connected": Q(pace__isnull=False),
        "invited": Q(invite_pace__isnull=False),
        "invited_late": Q(invite_pace__gte=A_MINUTE),
        "due": Q(reported=1) | is_overdue,
        "late": Q(reported=1, on_time=0) | is_overdue,
        "held_or_missed": Q(held=1) | Q(no_show=1),
    }
    return apart[what] if what in apart else Q(**{what: 1})
