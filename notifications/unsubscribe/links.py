"""The link of a mail that ends such mail: signed, for one team and one address.

It never expires (CAN-SPAM asks for thirty days at least), and reading it changes nothing.
"""

from __future__ import annotations

from django.conf import settings
from django.core import signing
from django.urls import reverse

from teams.models import Team

#: The salt is the purpose: a token signed for anything else is not even a signature here.
SALT = "notifications.unsubscribe"


class NoLink(Exception):
    """The link is not one of ours, or the team is gone."""


def unsubscribe_link(team: Team, address: str) -> str:
    """Return the absolute address at which this address ends mail that it did not ask for."""
    path = reverse("notifications:unsubscribe", args=[token_for(team, address)])
    return f"{settings.BASE_URL.rstrip('/')}{path}"


def token_for(team: Team, address: str) -> str:
    """Return the signed part of the link."""
    return signing.Signer(salt=SALT).sign_object({"t": team.pk, "a": address.lower()})


def read_link(token: str) -> tuple[Team, str]:
    """Return whose mail would end for which address. Raises NoLink."""
    try:
        claim = signing.Signer(salt=SALT).unsign_object(token)
        team_id, address = int(claim["t"]), str(claim["a"])
    except (signing.BadSignature, ValueError, UnicodeError, KeyError, TypeError):
        raise NoLink from None
    team = Team.objects.filter(pk=team_id).first()
    if team is None:
        raise NoLink
    return team, address
