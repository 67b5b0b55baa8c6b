"""Rows become leads, many at once, or add what a lead lacks. Nothing is announced: no import starts a handoff."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any

from leads.importing.drafts import Draft
from leads.importing.planning import Plan
from leads.models import (
    Activity,
    Lead,
    LeadEmail,
    LeadImport,
    LeadPhone,
    LeadTag,
    Lpmama,
    PersonNote,
    Verification,
)
from leads.naming import sort_name
from leads.timeline import record
from teams.models import Membership

KIND = "imported"


def create_leads(of: LeadImport, plans: Sequence[Plan], *, at: datetime) -> None:
    """Write the planned leads with all that belongs to them; each plan learns its lead's id."""
    default = of.isa if of.isa and of.isa.ended_at is None else None
    pairs = [(_lead(of, plan.draft, default, at=at), plan) for plan in plans if plan.draft]
    leads = Lead.objects.bulk_create([lead for lead, _ in pairs])
    for lead, (_, plan) in zip(leads, pairs, strict=True):
        plan.lead_id = lead.pk
    drafts = [(lead, plan.draft) for lead, (_, plan) in zip(leads, pairs, strict=True) if plan.draft]
    LeadPhone.objects.bulk_create(
        LeadPhone(lead=lead, number=number, is_primary=place == 0)
        for lead, draft in drafts
        for place, number in enumerate(draft.phones)
    )
    LeadEmail.objects.bulk_create(
        LeadEmail(lead=lead, address=address, is_primary=place == 0)
        for lead, draft in drafts
        for place, address in enumerate(draft.emails)
    )
    LeadTag.objects.bulk_create(
        LeadTag(lead=lead, name=name, created_at=at) for lead, draft in drafts for name in draft.tags
    )
    PersonNote.objects.bulk_create(  # the newest is shown first, so the last part is written first
        PersonNote(lead=lead, author=of.by, text=text, created_at=at)
        for lead, draft in drafts
        for text in reversed(draft.notes)
    )
    Lpmama.objects.bulk_create(Lpmama(lead=lead, **draft.answers) for lead, draft in drafts)
    Verification.objects.bulk_create(Verification(lead=lead) for lead, _ in drafts)
    Activity.objects.bulk_create(
        Activity(lead=lead, kind=KIND, summary=_words(of, draft), actor=of.by, at=at, data=_data(of, draft))
        for lead, draft in drafts
    )


def _lead(of: LeadImport, draft: Draft, default: Membership | None, *, at: datetime) -> Lead:
    person = draft.person or default
    isa = person if person and person.is_isa else default
    return Lead(
        team=of.team,
        first_name=draft.first_name,
        last_name=draft.last_name,
        sort_name=sort_name(draft.first_name, draft.last_name),
        stage=draft.stage,
        stage_at=at,
        state=draft.state,
        zone=of.team.zone,
        language=draft.language,
        source=draft.source,
        owner=person,
        isa=isa,
        created_at=min(draft.added_at or at, at),
    )


def _words(of: LeadImport, draft: Draft) -> str:
    there = f"; stage there: {draft.stage_there}" if draft.stage_there else ""
    return f"Imported from “{of.file_name}”, row {draft.row}{there}"[:500]


def _data(of: LeadImport, draft: Draft) -> dict[str, Any]:
    return {"import": of.pk, "row": draft.row, "stage": draft.stage_there}


def fill_lead(of: LeadImport, lead: Lead, draft: Draft, *, at: datetime) -> None:
    """Add what the row knows and the lead lacks; nothing that is there is changed, its stage and owner neither."""
    added = [
        *_add_contacts(lead, draft),
        *_add_words(of, lead, draft, at=at),
        *_fill_own_fields(lead, draft),
        *_fill_answers(lead, draft),
    ]
    words = ", ".join(added) if added else "nothing new"
    record(
        lead=lead,
        kind=KIND,
        summary=f"Row {draft.row} of “{of.file_name}” is this lead; added: {words}",
        actor=of.by,
        at=at,
        data=_data(of, draft),
    )


def _add_contacts(lead: Lead, draft: Draft) -> list[str]:
    numbers = [str(number) for number in LeadPhone.objects.filter(lead=lead).values_list("number", flat=True)]
    addresses = list(LeadEmail.objects.filter(lead=lead).values_list("address", flat=True))
    phones = [number for number in draft.phones if number not in numbers]
    emails = [address for address in draft.emails if address not in addresses]
    LeadPhone.objects.bulk_create(
        LeadPhone(lead=lead, number=number, is_primary=not numbers and place == 0)
        for place, number in enumerate(phones)
    )
    LeadEmail.objects.bulk_create(
        LeadEmail(lead=lead, address=address, is_primary=not addresses and place == 0)
        for place, address in enumerate(emails)
    )
    return [*phones, *emails]


def _add_words(of: LeadImport, lead: Lead, draft: Draft, *, at: datetime) -> list[str]:
    tags = {name.casefold() for name in LeadTag.objects.filter(lead=lead).values_list("name", flat=True)}
    new_tags = [name for name in draft.tags if name.casefold() not in tags]
    LeadTag.objects.bulk_create(LeadTag(lead=lead, name=name, created_at=at) for name in new_tags)
    notes = set(PersonNote.objects.filter(lead=lead).values_list("text", flat=True))
    new_notes = [text for text in draft.notes if text not in notes]
    PersonNote.objects.bulk_create(
        PersonNote(lead=lead, author=of.by, text=text, created_at=at) for text in reversed(new_notes)
    )
    return [*(f"tag “{name}”" for name in new_tags), *(["a note"] if new_notes else [])]


def _fill_own_fields(lead: Lead, draft: Draft) -> list[str]:
    names = [
        name
        for name in ("last_name", "source", "state")
        if getattr(draft, name) and not getattr(lead, name) and (name != "last_name" or _is_same_first(lead, draft))
    ]
    for name in names:
        setattr(lead, name, getattr(draft, name))
    if names:
        lead.sort_name = sort_name(lead.first_name, lead.last_name)
        lead.save(update_fields=[*names, "sort_name", "updated_at"])
    return [name.replace("_", " ") for name in names]


def _is_same_first(lead: Lead, draft: Draft) -> bool:
    return lead.first_name.casefold() == draft.first_name.casefold()


def _fill_answers(lead: Lead, draft: Draft) -> list[str]:
    answers, _ = Lpmama.objects.select_for_update().get_or_create(lead=lead)
    names = [name for name in draft.answers if not getattr(answers, name)]
    lowest = answers.price_min
    if "price_max" in names and lowest is not None and lowest > int(draft.answers["price_max"]):
        names.remove("price_max")
    for name in names:
        setattr(answers, name, draft.answers[name])
    if names:
        answers.save(update_fields=[*names, "updated_at"])
    return [name.replace("_text", "").replace("_", " ") for name in names]
