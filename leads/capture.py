"""Taking a lead in, and correcting what is known of who they are."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from leads import contacts
from leads.models import Lead, LeadEmail, LeadPhone, Lpmama, Verification
from leads.naming import sort_name
from leads.phones import BadPhone, read_phone
from leads.signals import lead_changed
from leads.states import Stage
from leads.timeline import record
from teams.models import Membership, Team

DUPLICATES_SHOWN = 5
#: What ``edit_lead`` changes on the lead's own row; ``phone`` and ``email`` go besides.
OWN_FIELDS = ("first_name", "last_name", "state", "zone", "language", "source", "next_call_at")


@transaction.atomic
def add_lead(  # noqa: PLR0913  # a lead is all of these at once
    *,
    team: Team,
    isa: Membership | None,
    first_name: str,
    last_name: str = "",
    phone: str,
    email: str = "",
    source: str = "",
    at: datetime,
    zone: str | None = None,
    state: str = "",
    language: str = "en",
    actor: Membership | None = None,
) -> Lead:
    """Add a lead of the ISA, who owns it until a handoff. Duplicates are the caller's to warn of. Raises BadPhone."""
    number = read_phone(phone, country=team.country)
    lead = Lead.objects.create(
        team=team,
        first_name=first_name,
        last_name=last_name,
        sort_name=sort_name(first_name, last_name),
        stage=Stage.NEW,
        stage_at=at,
        state=state,
        zone=zone or team.zone,
        language=language,
        source=source,
        owner=isa,
        isa=isa,
        created_at=at,
    )
    LeadPhone.objects.create(lead=lead, number=number, is_primary=True)
    if address := email.strip().lower():
        LeadEmail.objects.create(lead=lead, address=address, is_primary=True)
    Lpmama.objects.create(lead=lead)
    Verification.objects.create(lead=lead)
    came = f" from {source}" if source else ""
    record(lead=lead, kind="added", summary=f"Lead added{came}", actor=actor or isa, at=at)
    return lead


def duplicates_of(team: Team, phone: str = "", email: str = "") -> list[Lead]:
    """The team's leads with this number (in any format) or address, newest first; numbers and addresses prefetched."""
    same = LeadEmail.objects.filter(address=email.strip().lower()).values_list("lead_id", flat=True)
    try:
        number = read_phone(phone, country=team.country)
    except BadPhone:
        pass
    else:
        same = same.union(LeadPhone.objects.filter(number=number).values_list("lead_id", flat=True))
    # The keys first: mostly there are none, and then nothing else is asked
    found = Lead.objects.filter(team=team, pk__in=list(same))
    found = found.select_related("owner__user", "isa__user")
    return list(found.prefetch_related("phones", "emails").order_by("-id")[:DUPLICATES_SHOWN])


@transaction.atomic
def edit_lead(*, lead: Lead, changes: Mapping[str, Any], actor: Membership | None, at: datetime) -> Lead:
    """Correct a lead: any of OWN_FIELDS, ``phone`` and ``email`` (the primary ones). Raises BadPhone.

    Only what is named is written, so two people editing different fields do not undo each other.
    """
    own = [name for name in OWN_FIELDS if name in changes and getattr(lead, name) != changes[name]]
    for name in own:
        setattr(lead, name, changes[name])
    if own:
        _save_own(lead, own, actor=actor, at=at)
    if changes.get("phone"):
        contacts.set_phone(lead=lead, phone=changes["phone"], actor=actor, at=at)
    if "email" in changes:
        contacts.set_email(lead=lead, email=changes["email"] or "", actor=actor, at=at)
    return lead


def _save_own(lead: Lead, names: list[str], *, actor: Membership | None, at: datetime) -> None:
    if {"first_name", "last_name"} & set(names):
        lead.sort_name = sort_name(lead.first_name, lead.last_name)
        names = [*names, "sort_name"]
    lead.save(update_fields=[*names, "updated_at"])
    words = ", ".join(name.removesuffix("_at").replace("_", " ") for name in names if name != "sort_name")
    record(lead=lead, kind="edited", summary=f"Changed: {words}", actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)
