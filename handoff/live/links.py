"""The link by which an agent answers a ring without signing in: signed, for one ring of one agent, over when it is.

Reading it changes nothing: mail scanners and message previews open every link they see.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from handoff.models import Ring
from teams.models import Membership

#: The salt is the purpose: a token signed for anything else is not even a signature here.
SALT = "handoff.live.ring"


class NoRing(Exception):
    """The link is not one of ours."""


def ring_link(ring: Ring) -> str:
    """Return the absolute address at which its agent reads the brief and answers. Short, for it is texted."""
    return f"{settings.BASE_URL.rstrip('/')}{reverse('handoff:ring-link', args=[token_for(ring)])}"


def token_for(ring: Ring) -> str:
    """Return the signed part of the address."""
    return signing.Signer(salt=SALT, sep="~").sign(signing.b62_encode(ring.pk))


def read_ring_link(token: str) -> Ring:
    """Return the ring that the link is for, whether it still rings or not. Raises NoRing."""
    try:
        pk = signing.b62_decode(signing.Signer(salt=SALT, sep="~").unsign(token))
    except (signing.BadSignature, ValueError, UnicodeError):
        raise NoRing from None
    found = Ring.objects.select_related(
        "agent__user", "transfer__team", "transfer__setter__user", "transfer__agent__user"
    )
    ring = found.filter(pk=pk).first()
    if ring is None:
        raise NoRing
    return ring


def is_here(member: Membership) -> bool:
    """Whether whom it was sent to is still in the team: a link ends with the membership."""
    return member.ended_at is None and member.user.is_active
