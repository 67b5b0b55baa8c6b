"""Two leads that are one person become one lead."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import datetime
from typing import Any

from django.db import transaction
from django.db.models import F, Q, QuerySet, Value
from django.db.models.functions import Concat, Substr

from leads.answers import FIELDS, save_answers
from leads.capture import edit_lead
from leads.contacts import make_primary, set_primary_email
from leads.models import (
    Collaborator,
    DecisionMaker,
    ImportRow,
    Lead,
    LeadEmail,
    LeadPhone,
    LeadTag,
    PersonNote,
    Recording,
    SavedHome,
    StageChange,
    Task,
    Verification,
)
from leads.models.leads import LeadQuerySet
from leads.models.lpmama import Letter
from leads.models.recordings import RecordingKind
from leads.recordings import forget_promise
from leads.signals import household_changed, lead_changed, leads_merged
from leads.stages import Refused
from leads.timeline import record
from teams.models import Membership

CANDIDATES = 10
NAME = ("first_name", "last_name")
#: What the other lead may win, and the fields that go with it.
OWN: dict[str, tuple[str, ...]] = {
    "name": NAME,
    "source": ("source",),
    "state": ("state",),
    "zone": ("zone",),
    "language": ("language",),
}
ANSWERED: dict[str, tuple[str, ...]] = {letter.value: FIELDS[letter] for letter in Letter} | {
    "needs": ("bedrooms", "needs", "household")
}
PEOPLE = ("owner", "isa")
CHOICES = frozenset({*OWN, *ANSWERED, *PEOPLE, "phone", "email"})


class NotMergeable(Refused):
    """These two cannot become one; the words say why."""


def candidates_for(lead: Lead, membership: Membership) -> list[Lead]:
    """Who may be the same person: the same number or address first, then the same name."""
    seen = Lead.objects.visible_to(membership).exclude(pk=lead.pk)
    numbers = LeadPhone.objects.filter(lead=lead).values("number")
    addresses = LeadEmail.objects.filter(lead=lead).values("address")
    same = seen.filter(
        Q(pk__in=LeadPhone.objects.filter(number__in=numbers).values("lead"))
        | Q(pk__in=LeadEmail.objects.filter(address__in=addresses).values("lead"))
    )
    found = _listed(same)
    namesakes = _listed(seen.exclude(pk__in=[each.pk for each in found]).named_like(lead.name))
    return (found + namesakes)[:CANDIDATES]


def _listed(leads: QuerySet[Lead]) -> list[Lead]:
    drawn = leads.select_related("team", "owner__user", "isa__user").prefetch_related("phones", "emails")
    return list(drawn.order_by("-pk")[:CANDIDATES])


@transaction.atomic
def merge_leads(*, survivor: Lead, other: Lead, take: Collection[str], actor: Membership | None, at: datetime) -> Lead:
    """Make ``other`` part of ``survivor``: all that belongs to it moves, its story is read with the survivor's.

    ``take`` names of CHOICES what the other one wins. Raises NotMergeable, or the Refused of a room above that holds
    something which cannot move; then nothing has changed.
    """
    survivor, other = _both_locked(survivor, other)
    leads_merged.send(sender=Lead, survivor=survivor, other=other, actor=actor, at=at)
    was = {name: getattr(other, name) for fields in OWN.values() for name in fields}
    _take_answers(survivor, other, take, actor=actor, at=at)
    _take_people(survivor, other, take, at=at)
    numbers, addresses = _move_contacts(survivor, other)
    _move_rows(survivor, other)
    _move_recordings(survivor, other, at=at)
    _move_household(survivor, other, actor=actor, at=at)
    _carry_verification(survivor, other)
    _close(survivor, other, actor=actor, at=at)
    changes = {name: was[name] for choice, fields in OWN.items() if choice in take for name in fields}
    edit_lead(lead=survivor, changes=changes, actor=actor, at=at)
    if "phone" in take and numbers:
        make_primary(lead=survivor, phone=numbers[0], actor=actor, at=at)
    if "email" in take and addresses:
        set_primary_email(lead=survivor, email=addresses[0], actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=survivor, at=at)
    return survivor


def _both_locked(survivor: Lead, other: Lead) -> tuple[Lead, Lead]:
    """Both as they are now, locked by rising id, so that two people merging the same two do not wait in a circle."""
    if survivor.pk == other.pk:
        raise NotMergeable("This is the same lead already.")
    if survivor.team_id != other.team_id:
        raise NotMergeable("These leads are of two teams.")
    pks = sorted((survivor.pk, other.pk))
    rows = Lead.objects.filter(pk__in=pks).select_related("team", "owner__user", "isa__user", "lpmama", "verification")
    now = {lead.pk: lead for lead in rows.select_for_update(of=("self",), no_key=True).order_by("pk")}
    if any(lead.merged_into_id for lead in now.values()):
        raise NotMergeable("One of these has been merged meanwhile. Look at the lead again.")
    return now[survivor.pk], now[other.pk]


def _take_answers(
    survivor: Lead, other: Lead, take: Collection[str], *, actor: Membership | None, at: datetime
) -> None:
    changes: dict[str, Any] = {}
    for choice, fields in ANSWERED.items():
        if choice in take:
            changes |= {
                name: list(other.lpmama.areas.all()) if name == "areas" else getattr(other.lpmama, name)
                for name in fields
            }
    if changes:
        save_answers(lead=survivor, changes=changes, actor=actor, at=at)


def _take_people(survivor: Lead, other: Lead, take: Collection[str], *, at: datetime) -> None:
    """Owner and ISA; who is neither any more, but was of one of the two, goes on seeing the lead."""
    before = {person for lead in (survivor, other) for person in (lead.owner, lead.isa) if person}
    for name in PEOPLE:
        if name in take:
            setattr(survivor, name, getattr(other, name))
    calls = [moment for moment in (survivor.next_call_at, other.next_call_at) if moment]
    survivor.next_call_at = min(calls, default=None)
    survivor.created_at = min(survivor.created_at, other.created_at)
    survivor.save(update_fields=[*PEOPLE, "next_call_at", "created_at", "updated_at"])
    Collaborator.objects.bulk_create(
        [
            Collaborator(lead=survivor, membership=person, reason="Merged", created_at=at)
            for person in before - {survivor.owner, survivor.isa}
        ],
        ignore_conflicts=True,
    )


def _move_contacts(survivor: Lead, other: Lead) -> tuple[Sequence[str], Sequence[str]]:
    """Move numbers and addresses; return the other's, its first one first."""
    numbers = [str(number) for number in LeadPhone.objects.filter(lead=other).values_list("number", flat=True)]
    addresses = list(LeadEmail.objects.filter(lead=other).values_list("address", flat=True))
    for model, field, values in ((LeadPhone, "number", numbers), (LeadEmail, "address", addresses)):
        theirs, mine = model._default_manager.filter(lead=other), model._default_manager.filter(lead=survivor)  # noqa: SLF001
        theirs.filter(**{f"{field}__in": mine.values(field)}).delete()
        theirs.update(lead=survivor, is_primary=False)
        if values and not mine.filter(is_primary=True).exists():
            mine.filter(**{field: values[0]}).update(is_primary=True)
    return numbers, addresses


def _move_rows(survivor: Lead, other: Lead) -> None:
    for model in (PersonNote, SavedHome, StageChange, ImportRow):
        model._default_manager.filter(lead=other).update(lead=survivor)  # noqa: SLF001  # Django's documented way
    there = {name.casefold() for name in LeadTag.objects.filter(lead=survivor).values_list("name", flat=True)}
    for tag in LeadTag.objects.filter(lead=other):
        if tag.name.casefold() in there:
            tag.delete()
        else:
            LeadTag.objects.filter(pk=tag.pk).update(lead=survivor)
    known = Collaborator.objects.filter(lead=survivor).values("membership")
    Collaborator.objects.filter(lead=other, membership__in=known).delete()
    Collaborator.objects.filter(lead=other).update(lead=survivor)
    _move_tasks(survivor, other)


def _move_tasks(survivor: Lead, other: Lead) -> None:
    was, now = other.get_absolute_url(), survivor.get_absolute_url()
    tasks = Task.objects.filter(lead=other)
    tasks.filter(link__startswith=was).update(link=Concat(Value(now), Substr(F("link"), len(was) + 1)))
    tasks.update(lead=survivor)


def _move_household(survivor: Lead, other: Lead, *, actor: Membership | None, at: datetime) -> None:
    """Who else decides: each person once, by address or else by name."""
    mine = DecisionMaker.objects.filter(lead=survivor)
    known = {(person.email or person.name).casefold() for person in mine}
    news = [
        person.pk
        for person in DecisionMaker.objects.filter(lead=other)
        if (person.email or person.name).casefold() not in known
    ]
    if DecisionMaker.objects.filter(pk__in=news).update(lead=survivor):
        household_changed.send(sender=Lead, lead=survivor, actor=actor, at=at)
    DecisionMaker.objects.filter(lead=other).delete()


def _move_recordings(survivor: Lead, other: Lead, *, at: datetime) -> None:
    """Move the calls. Of two promised links one promise stays: there is one place where it is kept."""
    if Recording.objects.filter(lead=survivor, kind=RecordingKind.TO_FOLLOW).exists():
        for promise in Recording.objects.filter(lead=other, kind=RecordingKind.TO_FOLLOW):
            forget_promise(recording=promise, at=at)
    Recording.objects.filter(lead=other).update(lead=survivor)


def _carry_verification(survivor: Lead, other: Lead) -> None:
    """What was read back on the other counts here too, where nothing was read back yet."""
    mine, theirs = survivor.verification, other.verification
    if not mine.phone_at and theirs.phone_at:
        mine.phone, mine.phone_at, mine.by = theirs.phone, theirs.phone_at, theirs.by
    if not mine.email_at and theirs.email_at and theirs.email:
        mine.email, mine.email_at, mine.by = theirs.email, theirs.email_at, theirs.by
    if LeadEmail.objects.filter(lead=survivor).exists():
        mine.has_no_email = False
    mine.save()
    Verification.objects.filter(lead=other).update(phone="", phone_at=None, email="", email_at=None)


def _close(survivor: Lead, other: Lead, *, actor: Membership | None, at: datetime) -> None:
    """Let the other be nobody's, and say in both stories what happened."""
    Lead.objects.filter(merged_into=other).update(merged_into=survivor)
    other.merged_into, other.owner, other.isa, other.next_call_at = survivor, None, None, None
    other.save(update_fields=["merged_into", "owner", "isa", "next_call_at", "updated_at"])
    data = {"survivor": survivor.pk, "merged": other.pk}
    words = f"Merged with {other.name}, who was here twice; what was noted of either is on this lead now"
    record(lead=survivor, kind="merged", summary=words, actor=actor, at=at, data=data)
    record(lead=other, kind="merged", summary=f"Became part of {survivor.name}", actor=actor, at=at, data=data)


def leads_with(membership: Membership, *, merged: int) -> LeadQuerySet:
    """The one lead that this number is part of by now, if it is, and if this member may see that."""
    return Lead.objects.visible_to(membership).filter(merged=merged)
