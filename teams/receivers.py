"""What this room does when the sign-in announces something."""

from __future__ import annotations

from typing import Any

from allauth.account.models import EmailAddress
from allauth.account.signals import password_changed, password_reset, password_set, user_logged_in
from django.dispatch import receiver
from django.http import HttpRequest
from django.utils import timezone

from teams.models import User
from teams.sessions import SEEN, end_sessions


@receiver(user_logged_in, dispatch_uid="teams.begin_stamping")
def begin_stamping(*, request: HttpRequest, **_: Any) -> None:
    """From now on the session's row says when it was used last."""
    request.session[SEEN] = timezone.now().timestamp()


@receiver(user_logged_in, dispatch_uid="teams.know_address")
def know_address(*, user: User, **_: Any) -> None:
    """Let the sign-in know the address a person has, so that another can take its place. It came by an invitation."""
    EmailAddress.objects.get_or_create(user=user, email=user.email, defaults={"verified": True, "primary": True})


@receiver([password_changed, password_set, password_reset], dispatch_uid="teams.end_other_sessions")
def end_other_sessions(*, request: HttpRequest, user: User, **_: Any) -> None:
    """Another password ends every session but the one in which it was chosen."""
    end_sessions(user, but=request.session.session_key)
