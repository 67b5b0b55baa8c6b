"""Finding a lead while the phone rings: the number first, then the name, then the address."""

from __future__ import annotations

import re

from leads.models import Lead, LeadEmail, LeadPhone
from leads.models.leads import LeadQuerySet
from leads.phones import BadPhone, read_phone
from teams.models import Membership

FOUND = 20
#: Fewer digits than these name too many people.
DIGITS = 4
QUERY_LENGTH = 200


def find(membership: Membership, text: str) -> list[Lead]:
    """The leads this member may see that the words point at, best door first, numbers and addresses prefetched."""
    text = text[:QUERY_LENGTH].strip()
    if not text:
        return []
    by_number = _by_number(membership, text)
    if by_number:
        return by_number
    return _by_address(membership, text) if "@" in text else _by_name(membership, text)


def is_number(text: str) -> bool:
    """Whether somebody who types this looks for a phone number, or part of one."""
    return len(_digits(text)) >= DIGITS and not re.search(r"[^\W\d_]", text.casefold().replace("tel", ""))


def _digits(text: str) -> str:
    return re.sub(r"\D", "", text, flags=re.ASCII)


def _by_number(membership: Membership, text: str) -> list[Lead]:
    if not is_number(text):
        return []
    numbers = LeadPhone.objects.filter(lead__team_id=membership.team_id)
    try:
        numbers = numbers.filter(number=read_phone(text, country=membership.team.country))
    except BadPhone:
        numbers = numbers.filter(number__contains=_digits(text))
    return _listed(Lead.objects.visible_to(membership).filter(pk__in=numbers.values("lead")))


def _by_name(membership: Membership, text: str) -> list[Lead]:
    return _listed(Lead.objects.visible_to(membership).named_like(text))


def _by_address(membership: Membership, text: str) -> list[Lead]:
    addresses = LeadEmail.objects.filter(address__startswith=text.lower())
    return _listed(Lead.objects.visible_to(membership).filter(pk__in=addresses.values("lead")))


def _listed(leads: LeadQuerySet) -> list[Lead]:
    drawn = leads.select_related("owner__user", "isa__user", "team").prefetch_related("phones", "emails")
    return list(drawn.order_by("-id")[:FOUND])
