"""What is to become of each row: a new lead, an addition to one that is there, a duplicate left out, or a failure.

The trial and the import ask the same question here, so the one foretells the other.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass

from leads.importing.drafts import BadRow, Draft, Reader
from leads.models import ImportKey, ImportRow, Lead, LeadEmail, LeadImport, LeadPhone
from leads.models.imports import OnDuplicate, Outcome
from teams.policy import policy_of

REMARK_LENGTH = 500


@dataclass(slots=True)
class Plan:
    """One row and its outcome. ``lead_id`` or ``same_row`` say whose duplicate it is."""

    row: ImportRow
    outcome: Outcome
    remark: str = ""
    draft: Draft | None = None
    lead_id: int | None = None
    same_row: int | None = None


@dataclass(frozen=True, slots=True)
class _Known:
    """Who has a number or address already: a lead, or a row of this file that is not a lead yet."""

    lead_id: int | None = None
    row: int | None = None


def plan_rows(of: LeadImport, rows: Sequence[ImportRow], *, is_trial: bool) -> list[Plan]:
    """Decide over rows that follow each other; those before them have been decided. Reads, never writes."""
    reader, triggers = Reader(of), {tag.strip().casefold() for tag in policy_of(of.team).trigger_tags}
    plans = [_read(reader, row, triggers, extra=of.tag) for row in rows]
    keys = {key for plan in plans if plan.draft for key in plan.draft.keys}
    known = _known_leads(of, keys)
    if is_trial:
        earlier = ImportKey.objects.filter(of=of, key__in=keys).values_list("key", "row")
        known = {key: _Known(row=row) for key, row in earlier} | known
    for plan in plans:
        if plan.draft:
            _decide(of, plan, plan.draft, known)
    return plans


def remember_keys(of: LeadImport, plans: Iterable[Plan]) -> None:
    """Keep the numbers and addresses that these rows will bring, for the rows that follow in the trial."""
    brought = [
        ImportKey(of=of, key=key, row=plan.row.number)
        for plan in plans
        if plan.draft and plan.outcome in {Outcome.CREATE, Outcome.FILL}
        for key in plan.draft.keys
    ]
    ImportKey.objects.bulk_create(brought, ignore_conflicts=True)


def _read(reader: Reader, row: ImportRow, triggers: set[str], *, extra: str) -> Plan:
    try:
        draft = reader.read(row.number, row.cells)
    except BadRow as problem:
        return Plan(row, Outcome.FAIL, str(problem)[:REMARK_LENGTH])
    if extra and extra.casefold() not in {tag.casefold() for tag in draft.tags}:
        draft.tags.append(extra)
    for tag in [tag for tag in draft.tags if tag.casefold() in triggers]:
        draft.tags.remove(tag)
        draft.remarks.append(f"Tag “{tag}” starts handoffs, so it is not set by an import.")
    return Plan(row, Outcome.CREATE, " ".join(draft.remarks)[:REMARK_LENGTH], draft)


def _known_leads(of: LeadImport, keys: set[str]) -> dict[str, _Known]:
    """The team's leads that have these; of several the newest, as everywhere else."""
    phones = LeadPhone.objects.filter(lead__team=of.team, number__in=[key for key in keys if "@" not in key])
    emails = LeadEmail.objects.filter(lead__team=of.team, address__in=[key for key in keys if "@" in key])
    found = [*phones.values_list("number", "lead_id"), *emails.values_list("address", "lead_id")]
    return {str(key): _Known(lead_id=lead_id) for key, lead_id in sorted(found, key=lambda each: each[1])}


def _decide(of: LeadImport, plan: Plan, draft: Draft, known: dict[str, _Known]) -> None:
    same = next((known[key] for key in draft.keys if key in known), None)
    if same is not None:
        plan.lead_id, plan.same_row = same.lead_id, same.row
        plan.outcome = Outcome.FILL if of.on_duplicate == OnDuplicate.FILL else Outcome.SKIP
        shared = next(key for key in draft.keys if key in known)
        whose = f"row {same.row}" if same.row else "a lead that is there"
        plan.remark = f"{shared} belongs to {whose}. {plan.remark}".strip()[:REMARK_LENGTH]
    if plan.outcome in {Outcome.CREATE, Outcome.FILL}:
        for key in draft.keys:
            known.setdefault(key, same or _Known(row=plan.row.number))


def leads_by_id(of: LeadImport, plans: Iterable[Plan]) -> dict[int, Lead]:
    """The leads that rows add to, locked and of this team, with what they have."""
    ids = {plan.lead_id for plan in plans if plan.outcome == Outcome.FILL and plan.lead_id}
    leads = Lead.objects.filter(team=of.team, pk__in=ids).select_for_update(no_key=True).order_by("pk")
    return {lead.pk: lead for lead in leads}
