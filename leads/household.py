"""Who else decides: a spouse, a parent, a partner. Whoever is above hears of a change, and asks them to come."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.models import DecisionMaker, Lead
from leads.signals import household_changed
from leads.timeline import record
from teams.models import Membership

MOST = 4  # more is a party, not a decision


class NotTaken(ValueError):
    """This decision maker cannot be kept; the words say why. ``field`` is what is wrong."""

    def __init__(self, words: str, *, field: str) -> None:
        self.field = field
        super().__init__(words)


@transaction.atomic
def add_decision_maker(
    *, lead: Lead, name: str, email: str, phone: str, actor: Membership | None, at: datetime
) -> DecisionMaker:
    """Keep somebody who decides with the lead; ``phone`` is E.164. Raises NotTaken.

    The lead is locked, so of two people adding at once the second sees what the first has done.
    """
    Lead.objects.select_for_update(no_key=True).only("pk").get(pk=lead.pk)
    there = list(DecisionMaker.objects.filter(lead=lead))
    _check(lead, there, email=email, phone=phone)
    added = DecisionMaker.objects.create(lead=lead, name=name, email=email, phone=phone, added_by=actor, created_at=at)
    record(lead=lead, kind="contact", summary=f"{name} decides too", actor=actor, at=at)
    household_changed.send(sender=Lead, lead=lead, actor=actor, at=at)
    return added


@transaction.atomic
def remove_decision_maker(*, decision_maker: DecisionMaker, actor: Membership | None, at: datetime) -> None:
    """No longer count on them; whoever was asked to come is told that they need not."""
    lead = decision_maker.lead
    decision_maker.delete()
    record(lead=lead, kind="contact", summary=f"{decision_maker.name} does not decide any more", actor=actor, at=at)
    household_changed.send(sender=Lead, lead=lead, actor=actor, at=at)


def _check(lead: Lead, there: list[DecisionMaker], *, email: str, phone: str) -> None:
    if not (email or phone):
        raise NotTaken("Give an email address or a phone number: nobody could reach them.", field="email")
    if len(there) >= MOST:
        raise NotTaken(f"There are {MOST} already: take one off first.", field="name")
    if email and email.lower() in {each.email.lower() for each in there}:
        raise NotTaken("Somebody here has this address already.", field="email")
    if email and lead.emails.filter(address__iexact=email).exists():
        raise NotTaken("That is the client's own address.", field="email")
    if email and Membership.objects.filter(team_id=lead.team_id, user__email__iexact=email).exists():
        raise NotTaken("That is the address of somebody in the team.", field="email")
