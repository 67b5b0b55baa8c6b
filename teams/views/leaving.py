"""Another role for a member, and their leaving: shown first, done afterwards."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import leaving, people
from teams.access import for_roles
from teams.forms.people import RoleForm, SuccessorForm
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.views.people import load_member


@require_POST
@for_roles(Role.LEAD)
def change_role(request: TeamRequest, pk: int) -> HttpResponse:
    """Give a member another role."""
    member = load_member(request, pk)
    form = RoleForm(request.POST)
    if not form.is_valid():
        messages.error(request, "Choose one of the roles.")
        return redirect("teams:person", pk)
    role = Role(form.cleaned_data["role"])
    try:
        people.change_role(membership=member, role=role, actor=request.membership, at=timezone.now())
    except (people.LastLead, people.RoleInUse) as refusal:
        messages.error(request, str(refusal))
        return redirect("teams:person", pk)
    is_self = pk == request.membership.pk
    messages.success(request, f"{'You are' if is_self else f'{member.user} is'} {_a(role)} now.")
    return redirect("teams:home") if is_self else redirect("teams:person", pk)


def _a(role: Role) -> str:
    return f"an {role.label}" if role == Role.ISA else f"a {role.label.lower()}"


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def end_membership(request: TeamRequest, pk: int) -> HttpResponse:
    """Show what moves to whom when this person leaves; POST does it."""
    member = load_member(request, pk)
    at = timezone.now()
    choices = leaving.may_succeed(member)
    usual = leaving.usual_successor(member, actor=request.membership)
    asked = request.POST if request.method == "POST" else request.GET if "successor" in request.GET else None
    form = SuccessorForm(asked, choices=choices, initial={"successor": usual})
    is_valid = form.is_valid()
    successor = form.cleaned_data["successor"] if is_valid else usual
    if request.method == "POST" and is_valid and successor:
        return _deactivate(request, member, successor)
    plans = leaving.preview(leaving.Leaving(member, successor, request.membership, at)) if successor else []
    context = {
        "member": member,
        "is_self": pk == request.membership.pk,
        "form": form,
        "successor": successor,
        "plans": plans,
        "is_last_lead": member.is_lead and usual is None,
    }
    return render(request, "teams/leaving.html", context, status=422 if form.errors else 200)


def _deactivate(request: TeamRequest, member: Membership, successor: Membership) -> HttpResponse:
    is_self = member.pk == request.membership.pk
    try:
        leaving.deactivate(member=member, successor=successor, actor=request.membership, at=timezone.now())
    except (people.LastLead, leaving.NotTheirs, leaving.AlreadyGone, leaving.GrewMeanwhile) as refusal:
        messages.error(request, str(refusal))
        return redirect("teams:end-membership", member.pk)
    messages.success(request, f"{member.user} is no longer in the team. Everything of theirs is with {successor.user}.")
    return redirect("teams:home") if is_self else redirect("teams:people")
