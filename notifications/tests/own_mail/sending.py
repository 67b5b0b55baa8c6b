"""A real mail server that asks for a login, and what goes out by it."""

from __future__ import annotations

from dataclasses import replace

from aiosmtpd.smtp import AuthResult

from notifications.models import Delivery
from notifications.organizing import organizer_for
from notifications.promises.drains import drain
from notifications.tests.said import ABOUT, AT, an_invite
from teams.models import Team

USER, PASSWORD = "desk@example.org", "a secret password"


def authenticator(_server, _session, _envelope, _mechanism, given):
    is_right = (given.login, given.password) == (USER.encode(), PASSWORD.encode())
    return AuthResult(success=is_right, handled=False)


def organized(team, **changes):
    """An invite as a room above makes it."""
    invite = an_invite(**changes)
    fresh = Team.objects.get(pk=team.pk)
    return replace(invite, organizer_email=organizer_for(fresh, about=ABOUT, uid=invite.uid))


def send(at=AT):
    drain(Delivery, at=at, stream="email")
    return Delivery.objects.latest("pk")
