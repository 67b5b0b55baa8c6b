"""How a lead is reached: numbers and addresses, one of each kind first."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.models import Lead, LeadEmail, LeadPhone, Verification
from leads.phones import read_phone
from leads.signals import lead_changed
from leads.timeline import record
from leads.todo import finish_tasks
from teams.models import Membership


class NoSuchContact(Exception):
    """The lead has no such number or address."""


def primary_phone(lead: Lead) -> str:
    """The number to call, E.164, or nothing: a wrong number is none. Reads ``lead.phones`` as prefetched."""
    return next((str(phone.number) for phone in lead.phones.all() if phone.wrong_at is None), "")


def primary_email(lead: Lead) -> str:
    """The address to write to, or nothing. Reads ``lead.emails`` as prefetched."""
    return next((email.address for email in lead.emails.all()), "")


@transaction.atomic
def add_phone(*, lead: Lead, phone: str, actor: Membership | None, at: datetime, label: str = "") -> LeadPhone:
    """Add a number, the first becoming primary; one that is there already is left alone. Raises BadPhone."""
    number = read_phone(phone, country=lead.team.country)
    is_first = not LeadPhone.objects.filter(lead=lead, is_primary=True).exists()
    row, is_new = LeadPhone.objects.get_or_create(
        lead=lead, number=number, defaults={"label": label, "is_primary": is_first}
    )
    if is_new:
        _told(lead, f"Phone {number} added", actor=actor, at=at)
        _number_is_known(lead, at=at)
    return row


@transaction.atomic
def set_phone(*, lead: Lead, phone: str, actor: Membership | None, at: datetime) -> None:
    """Make this the number to call, in place of the primary one. Raises BadPhone."""
    number = read_phone(phone, country=lead.team.country)
    was = LeadPhone.objects.select_for_update().filter(lead=lead, is_primary=True).first()
    if was is not None and str(was.number) == number:
        return
    same = LeadPhone.objects.filter(lead=lead, number=number).first()
    if was is not None:
        was.delete()
    if same is None:
        LeadPhone.objects.create(lead=lead, number=number, is_primary=True, label=was.label if was else "")
    else:
        LeadPhone.objects.filter(pk=same.pk).update(is_primary=True, wrong_at=None)
    _told(lead, f"Phone changed from {was.number} to {number}" if was else f"Phone {number} added", actor=actor, at=at)
    _number_is_known(lead, at=at)


@transaction.atomic
def set_email(*, lead: Lead, email: str, actor: Membership | None, at: datetime) -> None:
    """Make this the address to write to, in place of the primary one; nothing removes it."""
    address = email.strip().lower()
    was = LeadEmail.objects.select_for_update().filter(lead=lead, is_primary=True).first()
    if (was.address if was else "") == address:
        return
    if was is not None:
        was.delete()
    if address:
        LeadEmail.objects.filter(lead=lead, address=address).delete()
        LeadEmail.objects.create(lead=lead, address=address, is_primary=True)
        Verification.objects.filter(lead=lead, has_no_email=True).update(has_no_email=False)
    _told(lead, _email_words(was.address if was else "", address), actor=actor, at=at)


def _email_words(was: str, address: str) -> str:
    if not was:
        return f"Email {address} added"
    return f"Email changed from {was} to {address}" if address else f"Email {was} removed"


@transaction.atomic
def make_primary(*, lead: Lead, phone: str, actor: Membership | None, at: datetime) -> None:
    """Call this one of the lead's numbers from now on. Raises NoSuchContact."""
    row = LeadPhone.objects.select_for_update().filter(lead=lead, number=phone).first()
    if row is None:
        raise NoSuchContact("This number is no longer on the lead.")
    if row.is_primary and row.wrong_at is None:
        return
    LeadPhone.objects.filter(lead=lead, is_primary=True).update(is_primary=False)
    LeadPhone.objects.filter(pk=row.pk).update(is_primary=True, wrong_at=None)
    _told(lead, f"Phone {row.number} is the one to call", actor=actor, at=at)
    _number_is_known(lead, at=at)


@transaction.atomic
def set_primary_email(*, lead: Lead, email: str, actor: Membership | None, at: datetime) -> None:
    """Write to this one of the lead's addresses from now on. Raises NoSuchContact."""
    row = LeadEmail.objects.select_for_update().filter(lead=lead, address=email).first()
    if row is None:
        raise NoSuchContact("This address is no longer on the lead.")
    if row.is_primary:
        return
    LeadEmail.objects.filter(lead=lead, is_primary=True).update(is_primary=False)
    LeadEmail.objects.filter(pk=row.pk).update(is_primary=True)
    _told(lead, f"Email {row.address} is the one to write to", actor=actor, at=at)


@transaction.atomic
def mark_wrong(*, lead: Lead, phone: str, actor: Membership | None, at: datetime) -> str:
    """Note that somebody else answers at this number; the next one becomes the one to call, and is returned, if any.

    A number that was read back is not confirmed any more. Raises NoSuchContact.
    """
    numbers = list(LeadPhone.objects.select_for_update().filter(lead=lead))
    row = next((each for each in numbers if str(each.number) == phone), None)
    if row is None:
        raise NoSuchContact("This number is not on the lead.")
    following = next((each for each in numbers if each.pk != row.pk and each.wrong_at is None), None)
    LeadPhone.objects.filter(pk=row.pk).update(wrong_at=at, is_primary=row.is_primary and following is None)
    if row.is_primary and following is not None:
        LeadPhone.objects.filter(pk=following.pk).update(is_primary=True)
    Verification.objects.filter(lead=lead, phone=phone).update(phone="", phone_at=None)
    _told(lead, f"Phone {phone} is a wrong number", actor=actor, at=at)
    return str(following.number) if following else ""


def wants_number(lead: Lead) -> str:
    """How the tasks begin that ask for a number of this lead."""
    return f"lead/{lead.pk}|number|"


def _number_is_known(lead: Lead, *, at: datetime) -> None:
    finish_tasks(key_prefix=wants_number(lead), at=at)


def _told(lead: Lead, words: str, *, actor: Membership | None, at: datetime) -> None:
    _forget_prefetched(lead)
    record(lead=lead, kind="contact", summary=words, actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)


def _forget_prefetched(lead: Lead) -> None:
    """A lead that was loaded with its numbers must not go on showing the old ones."""
    for name in ("phones", "emails"):
        getattr(lead, "_prefetched_objects_cache", {}).pop(name, None)
    lead._state.fields_cache.pop("verification", None)  # noqa: SLF001  # Django has no public way to forget one relation
