"""Leads, and the rows of an import, as CSV that no spreadsheet executes. Streamed: any number costs the same memory."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from typing import Any

from leads.models import ImportRow, Lead, LeadImport
from leads.models.imports import Outcome
from leads.models.leads import LeadQuerySet
from leads.stage_names import stage_label
from teams.sheets import sheet_lines

AT_ONCE = 1_000  # rows read in one go
#: Headers that the import understands, so that a list that was exported can come back.
HEADERS = (
    "First name",
    "Last name",
    "Phone",
    "Other phones",
    "Email",
    "Other emails",
    "Stage",
    "Assigned to",
    "ISA",
    "Source",
    "Tags",
    "State",
    "Language",
    "Where they look",
    "Highest price",
    "Timeframe",
    "Date added",
)


def lead_lines(leads: LeadQuerySet) -> Iterator[str]:
    """The leads, newest first, under HEADERS."""
    return sheet_lines(HEADERS, (_cells(lead) for lead in _all(leads)))


def _all(leads: LeadQuerySet) -> Iterator[Lead]:
    drawn = leads.select_related("team", "owner__user", "isa__user", "lpmama").prefetch_related(
        "phones", "emails", "tags"
    )
    before: int | None = None
    while True:
        some = list((drawn if before is None else drawn.filter(pk__lt=before)).order_by("-pk")[:AT_ONCE])
        yield from some
        if len(some) < AT_ONCE:
            return
        before = some[-1].pk


def _cells(lead: Lead) -> list[str]:
    phones = [str(phone.number) for phone in lead.phones.all()]
    emails = [email.address for email in lead.emails.all()]
    answers = lead.lpmama
    return [
        lead.first_name,
        lead.last_name,
        *_first_and_rest(phones),
        *_first_and_rest(emails),
        stage_label(lead.team, lead.stage),
        lead.owner.user.email if lead.owner else "",
        lead.isa.user.email if lead.isa else "",
        lead.source,
        "; ".join(sorted(tag.name for tag in lead.tags.all())),
        lead.state,
        lead.language,
        answers.location_text,
        str(answers.price_max or ""),
        answers.get_timeframe_display(),
        f"{lead.created_at:%Y-%m-%d}",
    ]


def _first_and_rest(values: Sequence[str]) -> tuple[str, str]:
    return next(iter(values), ""), "; ".join(values[1:])


def row_lines(of: LeadImport) -> Iterator[str]:
    """The rows of an import that need a look, with their own cells: to be mended and brought again."""
    return sheet_lines(("Row", "What became of it", "Why", *of.headers), _told_rows(of))


def told_rows(of: LeadImport) -> Any:
    """The rows that failed, were left out or kept, or of which a part was left out; by their numbers."""
    return ImportRow.objects.filter(of=of).exclude(remark="").exclude(outcome=Outcome.REMOVED)


def _told_rows(of: LeadImport) -> Iterator[Sequence[str]]:
    after = 0
    while some := list(told_rows(of).filter(number__gt=after).order_by("number")[:AT_ONCE]):
        yield from ([str(row.number), row.get_outcome_display(), row.remark, *row.cells] for row in some)
        after = some[-1].number
