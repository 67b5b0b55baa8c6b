"""Inviting people, and the page that the mailed link opens."""

from collections.abc import Callable
from functools import wraps
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods, require_POST

from teams import invitations
from teams.access import for_roles
from teams.entering import sign_in
from teams.forms.people import AcceptForm, InviteForm
from teams.http import TeamRequest
from teams.middleware import CURRENT
from teams.models import Invitation, Membership, Role, User

SHOWN = 100  # pending invitations drawn at once, the newest first


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def people_list(request: TeamRequest) -> HttpResponse:
    """Everybody in the team and everybody invited; POST invites."""
    form = InviteForm(request.POST or None, initial={"role": Role.ISA})
    at = timezone.now()
    if form.is_valid():
        made, left_out = invitations.invite_all(
            invitees=form.cleaned_data["people"], role=Role(form.cleaned_data["role"]), actor=request.membership, at=at
        )
        _say_who(request, made, left_out)
        return redirect("teams:people")
    members = Membership.objects.active().visible_to(request.membership).select_related("user", "profile")
    waiting = Invitation.objects.visible_to(request.membership).pending().select_related("invited_by__user")
    context = {
        "members": members.order_by("role", "user__name"),
        "invitations": [_as_row(each, at) for each in waiting[:SHOWN]],
        "form": form,
    }
    return render(request, "teams/people.html", context, status=422 if form.errors else 200)


def _as_row(invitation: Invitation, at: Any) -> dict[str, Any]:
    """Return the invitation with how far it is, as a pill says it."""
    if invitation.has_expired(at):
        kind, word = "bad", "Expired"
    elif invitation.trouble:
        kind, word = "bad", "Not delivered"
    elif invitation.delivered_at:
        kind, word = "wait", "Waits for an answer"
    else:
        kind, word = "wait", "Being mailed"
    return {"invitation": invitation, "kind": kind, "word": word}


def _say_who(request: TeamRequest, made: list[Invitation], left_out: list[str]) -> None:
    if made:
        whom = made[0].email if len(made) == 1 else f"{len(made)} people"
        messages.success(request, f"Invited {whom}. The mail is on its way.")
    if left_out:
        messages.warning(request, " ".join(left_out[:5]) + (f" And {len(left_out) - 5} more." if left_out[5:] else ""))


@require_POST
@for_roles(Role.LEAD)
def send_again(request: TeamRequest, pk: int) -> HttpResponse:
    """Mail an invitation once more, with a new link."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.membership), pk=pk)
    try:
        invitations.send_again(invitation=invitation, at=timezone.now())
    except (invitations.NotPending, invitations.TooSoon) as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"Sent again to {invitation.email}. The earlier link has ended.")
    return redirect("teams:people")


@require_POST
@for_roles(Role.LEAD)
def revoke(request: TeamRequest, pk: int) -> HttpResponse:
    """Take an invitation back."""
    invitation = get_object_or_404(Invitation.objects.visible_to(request.membership), pk=pk)
    try:
        invitations.revoke(invitation=invitation, at=timezone.now())
    except invitations.NotPending as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, f"The invitation of {invitation.email} is taken back.")
    return redirect("teams:people")


def _out_of_sight(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep a page whose address is a key out of search engines and other sites' referrers."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        return response

    return guarded


@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@_out_of_sight
def invitation(request: HttpRequest, token: str) -> HttpResponse:
    """What the mailed link opens. Looking changes nothing: mail scanners do; accepting takes a button."""
    at = timezone.now()
    try:
        found = invitations.find(token, at=at)
        if request.user.is_authenticated:
            return _accept_as(request, request.user, found, at=at)
        return _accept_as_stranger(request, found, at=at)
    except invitations.Unusable as refusal:
        context = {"why": str(refusal), "is_accepted": isinstance(refusal, invitations.Accepted)}
        status = 404 if isinstance(refusal, invitations.Unknown) else 410
        return render(request, "teams/invitation_over.html", context, status=status)


def _accept_as(request: HttpRequest, user: User, found: Invitation, *, at: Any) -> HttpResponse:
    """Somebody is signed in: they join if the invitation is for them, and are told if it is not."""
    context: dict[str, Any] = {"invitation": found, "signed_in": user}
    if user.email.lower() != found.email:
        context["why"] = f"This invitation is for {found.email}, and you are signed in as {user.email}."
        return render(request, "teams/invitation.html", context, status=403)
    if request.method != "POST":
        return render(request, "teams/invitation.html", context)
    place = invitations.accept(invitation=found, user=user, at=at)
    request.session[CURRENT] = place.pk
    messages.success(request, f"Welcome to {found.team}.")
    return redirect("teams:home")


def _accept_as_stranger(request: HttpRequest, found: Invitation, *, at: Any) -> HttpResponse:
    """Nobody is signed in: who has an account signs in first, who has none chooses a password."""
    context: dict[str, Any] = {"invitation": found}
    known = User.objects.filter(email=found.email).first()
    if known and invitations.has_way_in(known):
        context["login"] = reverse("account_login") + "?" + urlencode({"next": request.path})
        return render(request, "teams/invitation.html", context)
    form = AcceptForm(request.POST or None, email=found.email, initial={"name": found.name, "zone": found.team.zone})
    if form.is_valid():
        place = invitations.accept_as_new(invitation=found, at=at, **form.cleaned_data)
        messages.success(request, f"Welcome to {found.team}.")
        return sign_in(request, place)
    return render(request, "teams/invitation.html", context | {"form": form}, status=422 if form.errors else 200)
