"""The tables of live transfers and the cases behind them, each as a file: of the same choice, for the same people."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator, Sequence

from django.http.response import HttpResponseBase
from django.views.decorators.http import require_safe

from handoff.models import LiveTransfer
from handoff.models.transfers import PassReason
from handoff.numbers.transfer_choice import TransferCases, TransfersRange
from handoff.numbers.transfers import (
    Answers,
    Reason,
    TransferFigures,
    TransferWeek,
    Within,
    answers_by_agent,
    pass_reasons,
    transfer_figures,
    transfers_by_week,
)
from handoff.queries.course import for_course
from handoff.views.transfer_numbers import PARTS, STEPS, asked
from teams.access import any_member
from teams.http import TeamRequest
from teams.sheets import no_sheet, sheet, sheet_lines
from teams.zones import zone

ANSWER_COLUMNS = (
    "Agent", "Rings", "Accepted", "Passed on", "Not answered", "Taken by another", "Called off",
    "Seconds to accept (median)", "Seconds to accept (90 %)", *PassReason.labels,
)  # fmt: skip
CASE_COLUMNS = (
    "Transfer", "Requested", "Client", "ISA", "Agent", "State", "Seconds to shown", "Seconds to accepted",
    "Seconds to connected", "Dropped because", "More",
)  # fmt: skip
WEEK_COLUMNS = ("Week of", *(label for label, _, _ in PARTS))
SPEED_COLUMNS = ("Until", "Seconds (half within)", "Seconds (nine of ten within)", "Transfers")


@require_safe
@any_member
def answers_csv(request: TeamRequest) -> HttpResponseBase:
    """Give how each agent answers as a file."""
    return _table(request, "rings", ANSWER_COLUMNS, lambda within: map(_answer_cells, answers_by_agent(within)))


@require_safe
@any_member
def weeks_csv(request: TeamRequest) -> HttpResponseBase:
    """Give how each week's transfers ended as a file."""
    return _table(request, "transfer-weeks", WEEK_COLUMNS, lambda within: map(_week_cells, transfers_by_week(within)))


@require_safe
@any_member
def speed_csv(request: TeamRequest) -> HttpResponseBase:
    """Give how long after the request each step was as a file."""
    return _table(request, "transfer-speed", SPEED_COLUMNS, lambda within: _speed_rows(transfer_figures(within)))


@require_safe
@any_member
def drops_csv(request: TeamRequest) -> HttpResponseBase:
    """Give why transfers were dropped as a file."""
    return _table(
        request, "dropped", ("Reason", "Transfers"), lambda within: _reason_rows(transfer_figures(within).drops)
    )


@require_safe
@any_member
def passes_csv(request: TeamRequest) -> HttpResponseBase:
    """Give why rings were passed on as a file."""
    return _table(
        request, "passed-on", ("Reason", "Rings"), lambda within: _reason_rows(pass_reasons(answers_by_agent(within)))
    )


@require_safe
@any_member
def cases_csv(request: TeamRequest) -> HttpResponseBase:
    """Give the transfers behind a number as a file, all of them."""
    chosen, within = asked(request, TransferCases)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    rows = (_case_cells(each, request.membership.team.zone) for each in for_course(chosen.cases(within)).iterator())
    return sheet(f"transfers-{within.since:%Y-%m-%d}", sheet_lines(CASE_COLUMNS, rows))


def _table(
    request: TeamRequest, name: str, columns: Sequence[str], rows: Callable[[Within], Iterable[Sequence[object]]]
) -> HttpResponseBase:
    """Answer with the rows of what the address asks for; what makes no sense in it is refused."""
    chosen, within = asked(request, TransfersRange)
    if chosen.errors:
        return no_sheet(chosen.wrong)
    return sheet(f"{name}-{within.since:%Y-%m-%d}", sheet_lines(columns, rows(within)))


def _week_cells(week: TransferWeek) -> tuple[object, ...]:
    return (week.begins_on.isoformat(), *(getattr(week, name) for _, name, _ in PARTS))


def _speed_rows(figures: TransferFigures) -> Iterator[tuple[object, ...]]:
    spans = (figures.to_shown, figures.to_accepted, figures.to_connected)
    return ((words, *took.seconds, took.cases) for (words, _), took in zip(STEPS, spans, strict=True))


def _reason_rows(reasons: Iterable[Reason]) -> Iterator[tuple[object, ...]]:
    return ((each.label, each.count) for each in reasons)


def _answer_cells(each: Answers) -> tuple[object, ...]:
    counts = (each.rung, each.accepted, each.passed, each.missed, each.taken, each.called_off)
    return (each.name, *counts, *each.to_accept.seconds, *(each.passes.get(value, 0) for value in PassReason.values))


def _case_cells(each: LiveTransfer, clock: str) -> tuple[object, ...]:
    spans = (each.shown_after, each.accepted_after, each.connected_after)
    return (
        each.pk,
        each.requested_at.astimezone(zone(clock)).isoformat(timespec="seconds"),
        each.lead.name,
        each.setter.user.name,
        each.agent.user.name if each.agent else "",
        each.get_status_display(),
        *(None if span is None else round(span.total_seconds(), 1) for span in spans),
        each.get_drop_reason_display(),
        each.end_reason,
    )
