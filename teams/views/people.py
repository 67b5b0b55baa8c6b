"""A person's page: who they are, how clients hear of them, their week and their time off."""

from datetime import datetime
from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from teams import hours, profiles, time_off
from teams.absences import bench_of
from teams.access import any_member
from teams.forms.hours import WeekForm
from teams.forms.people import RoleForm
from teams.forms.profiles import PersonForm, ProfileForm
from teams.forms.shares import AllowanceForm, BenchForm, ShareForm
from teams.forms.states import LicencesForm
from teams.forms.time_off import TimeOffForm
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.zones import zone


def load_member(request: TeamRequest, pk: int) -> Membership:
    """Return the member whose page this person may change: their own, or anyone's for a team lead."""
    editable = Membership.objects.active().editable_by(request.membership)
    return get_object_or_404(editable.select_related("user", "team", "profile"), pk=pk)


def load_agent(request: TeamRequest, pk: int) -> Membership:
    """Return the agent whose page this person may change, or answer 404."""
    member = load_member(request, pk)
    if not member.is_agent:
        raise Http404
    return member


def draw_person(request: TeamRequest, member: Membership, *, status: int = 200, **bound: Any) -> HttpResponse:
    """Draw the page, with a form that was refused in ``bound``."""
    is_self = member.pk == request.membership.pk
    context: dict[str, Any] = {"member": member, "is_self": is_self}
    if is_self:
        context["person_form"] = PersonForm(membership=member, prefix="person")
    if request.membership.is_lead:
        context["role_form"] = RoleForm(initial={"role": member.role})
        if not member.is_agent:
            context["licences_form"] = LicencesForm(member=member)
    if member.is_agent:
        now = timezone.now()
        context |= {
            "profile_form": ProfileForm(membership=member, instance=getattr(member, "profile", None)),
            "week_form": WeekForm(hours=member.working_hours.all()),
            "time_off_form": TimeOffForm(),
            "entries": time_off.entries(member, reader=request.membership, at=now),
            "bench": bench_of(member, at=now),
            "has_statements": is_self and member.role_changes.filter(was=Role.ISA).exists(),
        }
        if request.membership.is_lead and hasattr(member, "profile"):
            context |= _share_of(member, now)
    return render(request, "teams/person.html", context | bound, status=status)


def _share_of(member: Membership, at: datetime) -> dict[str, Any]:
    """What a team lead alone decides: share, limits, the bench, and more on a day."""
    today = at.astimezone(zone(member.user.zone)).date()
    return {
        "share_form": ShareForm(instance=member.profile, auto_id="share_%s"),
        "bench_form": BenchForm(auto_id="bench_%s"),
        "allowance_form": AllowanceForm(),
        "allowances": member.allowances.filter(on__gte=today),
    }


def back_to(request: TeamRequest, member: Membership, words: str) -> HttpResponse:
    """Return to the page with a word on what was done."""
    messages.success(request, words)
    return redirect("teams:profile") if member.pk == request.membership.pk else redirect("teams:person", member.pk)


@require_safe
@any_member
def own_profile(request: TeamRequest) -> HttpResponse:
    """One's own page."""
    return draw_person(request, load_member(request, request.membership.pk))


@require_safe
@any_member
def person(request: TeamRequest, pk: int) -> HttpResponse:
    """The page of a member one may change."""
    return draw_person(request, load_member(request, pk))


@require_POST
@any_member
def change_person(request: TeamRequest) -> HttpResponse:
    """Change one's own name, phone and zone."""
    member = load_member(request, request.membership.pk)
    form = PersonForm(request.POST, membership=member, prefix="person")
    if not form.is_valid():
        return draw_person(request, member, status=422, person_form=form)
    profiles.change_person(user=member.user, **form.cleaned_data)
    return back_to(request, member, "Saved.")


@require_POST
@any_member
def change_profile(request: TeamRequest, pk: int) -> HttpResponse:
    """Change how an agent is presented."""
    member = load_agent(request, pk)
    form = ProfileForm(request.POST, membership=member)
    if not form.is_valid():
        return draw_person(request, member, status=422, profile_form=form)
    profiles.change_profile(membership=member, by=request.membership, at=timezone.now(), **form.cleaned_data)
    return back_to(request, member, "Profile saved.")


@require_POST
@any_member
def set_hours(request: TeamRequest, pk: int) -> HttpResponse:
    """Set an agent's working week."""
    member = load_agent(request, pk)
    form = WeekForm(request.POST, hours=member.working_hours.all())
    if not form.is_valid():
        return draw_person(request, member, status=422, week_form=form)
    hours.set_hours(membership=member, week=form.week())
    return back_to(request, member, "Working hours saved.")
