"""Reading number and address back to the client. A confirmation names its value: a changed one does not count."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db import transaction

from leads.contacts import primary_email, primary_phone
from leads.models import Lead, Verification
from leads.phones import read_phone
from leads.signals import email_confirmed, lead_changed
from leads.timeline import record
from teams.models import Membership


class NotOnRecord(Exception):
    """What was confirmed is not what the lead has: it was changed meanwhile, or never was there."""


def is_phone_verified(lead: Lead) -> bool:
    """Whether the number to call is the number that was read back."""
    number = primary_phone(lead)
    return bool(number) and _verification(lead).phone == number


def is_email_verified(lead: Lead) -> bool:
    """Whether the address was read back, or the client said that there is none."""
    said, address = _verification(lead), primary_email(lead)
    return said.email == address if address else said.has_no_email


def confirm_phone(*, lead: Lead, actor: Membership | None, at: datetime, value: str) -> Verification:
    """Note that this number was read back and is right. Raises BadPhone, NotOnRecord."""
    number = read_phone(value, country=lead.team.country)
    if number != primary_phone(lead):
        raise NotOnRecord("The number has changed since. Read the new one back.")
    return _note(lead, f"Phone {number} read back and confirmed", actor, at, phone=number, phone_at=at)


def confirm_email(*, lead: Lead, actor: Membership | None, at: datetime, value: str) -> Verification:
    """Note that this address was read back and is right. Raises NotOnRecord."""
    address = value.strip().lower()
    if not address or address != primary_email(lead):
        raise NotOnRecord("The address has changed since. Read the new one back.")
    return _note(lead, f"Email {address} read back and confirmed", actor, at, email=address, email_at=at)


def confirm_no_email(*, lead: Lead, actor: Membership | None, at: datetime) -> Verification:
    """Note that the client has no email address. Raises NotOnRecord while one is on the lead."""
    if address := primary_email(lead):
        raise NotOnRecord(f"{address} is on the lead. Remove it first if it is not theirs.")
    return _note(lead, "Client has no email address", actor, at, has_no_email=True, email="", email_at=at)


def _verification(lead: Lead) -> Verification:
    try:
        return lead.verification
    except Verification.DoesNotExist:
        return Verification(lead=lead)


@transaction.atomic
def _note(lead: Lead, words: str, actor: Membership | None, at: datetime, **values: Any) -> Verification:
    values |= {"by": actor}
    if not Verification.objects.filter(lead=lead).update(**values):
        Verification.objects.create(lead=lead, **values)
    said = lead.verification = _verification(lead)
    for name, value in values.items():
        setattr(said, name, value)
    record(lead=lead, kind="verified", summary=words, actor=actor, at=at)
    lead_changed.send(sender=Lead, lead=lead, at=at)
    if "email" in values:
        email_confirmed.send(sender=Lead, lead=lead, address=values["email"], actor=actor, at=at)
    return said
