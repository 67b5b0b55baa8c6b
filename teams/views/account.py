"""One's own account: password, address, second factors, and where one is signed in."""

from allauth.mfa.models import Authenticator
from allauth.socialaccount.models import SocialAccount
from allauth.usersessions.models import UserSession
from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams import sessions
from teams.access import any_member
from teams.http import TeamRequest


@require_safe
@any_member
def account(request: TeamRequest) -> HttpResponse:
    """Everything about how this person gets in, on one page."""
    at = timezone.now()
    factors = list(Authenticator.objects.filter(user_id=request.user.pk))
    here = request.session.session_key
    rows = [
        {"session": each, "device": sessions.device(each.user_agent), "is_here": each.session_key == here}
        for each in sessions.sessions_of(request.user, at=at)
    ]
    context = {
        "has_totp": any(each.type == Authenticator.Type.TOTP for each in factors),
        "passkeys": [each for each in factors if each.type == Authenticator.Type.WEBAUTHN],
        "has_codes": any(each.type == Authenticator.Type.RECOVERY_CODES for each in factors),
        "connections": list(SocialAccount.objects.filter(user_id=request.user.pk)),
        "rows": sorted(rows, key=lambda row: not row["is_here"]),
    }
    return render(request, "teams/account.html", context)


@require_POST
@any_member
def end_session(request: TeamRequest, pk: int) -> HttpResponse:
    """Sign one browser of one's own out."""
    session = get_object_or_404(UserSession.objects.filter(user_id=request.user.pk), pk=pk)
    sessions.end_session(session)
    messages.success(request, f"Signed out: {sessions.device(session.user_agent)}.")
    return redirect("teams:account")


@require_POST
@any_member
def end_other_sessions(request: TeamRequest) -> HttpResponse:
    """Sign oneself out everywhere but here."""
    ended = sessions.end_sessions(request.user, but=request.session.session_key)
    words = "There was no other." if not ended else f"{ended} other session{'' if ended == 1 else 's'} ended."
    messages.success(request, words)
    return redirect("teams:account")
