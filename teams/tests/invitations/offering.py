"""An invitation is offered, and its link read as the mail carries it."""

from django.utils import timezone

from teams.invitations import invite
from teams.models import Role

MAILED: dict[str, list[str]] = {}


def offer(actor, email="noa@example.com", role=Role.AGENT, **fields):
    return invite(email=email, name="Noa", role=role, actor=actor, at=fields.pop("at", timezone.now()))


def link_of(invitation) -> str:
    """The path in the newest mail."""
    return MAILED[invitation.email][-1]
