"""Sharing leads out, as a team lead sets it: for the team, and for one agent."""

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import absences, policy, profiles
from teams.access import for_roles
from teams.forms.shares import AllowanceForm, BenchForm, RoutingForm, ShareForm
from teams.http import TeamRequest
from teams.models import Membership, Policy, Role
from teams.policy import policy_of
from teams.views.people import draw_person, load_agent


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def routing_settings(request: TeamRequest) -> HttpResponse:
    """How agents are ranked, and how many leads are enough for them."""
    ways = policy_of(request.membership.team)
    if request.method != "POST":
        return _routing_page(request, RoutingForm(instance=ways))
    form = RoutingForm(request.POST, instance=Policy.objects.get(pk=ways.pk))
    if not form.is_valid():
        return _routing_page(request, form, status=422)
    actor, at = request.membership, timezone.now()
    policy.change_routing(policy=ways, actor=actor, at=at, **form.cleaned_data)
    messages.success(request, "Saved. The next ranking uses it.")
    return redirect("teams:routing")


@require_POST
@for_roles(Role.LEAD)
def usual_routing(request: TeamRequest) -> HttpResponse:
    """Go back to the points and limits that Baton brings."""
    actor, at = request.membership, timezone.now()
    policy.change_routing(policy=policy_of(actor.team), actor=actor, at=at, **policy.usual_routing())
    messages.success(request, "The usual points are back.")
    return redirect("teams:routing")


def _routing_page(request: TeamRequest, form: RoutingForm, *, status: int = 200) -> HttpResponse:
    return render(request, "teams/routing.html", {"form": form, "usual": policy.usual_routing()}, status=status)


@require_POST
@for_roles(Role.LEAD)
def change_share(request: TeamRequest, pk: int) -> HttpResponse:
    """Set an agent's share and limits."""
    member = _with_profile(request, pk)
    form = ShareForm(request.POST, instance=member.profile, auto_id="share_%s")
    if not form.is_valid():
        member.profile.refresh_from_db()
        return draw_person(request, member, status=422, share_form=form)
    profiles.change_share(profile=member.profile, **form.cleaned_data)
    return _back(request, member, "Share saved.")


@require_POST
@for_roles(Role.LEAD)
def bench(request: TeamRequest, pk: int) -> HttpResponse:
    """Offer an agent nothing for a while."""
    member, form = _with_profile(request, pk), BenchForm(request.POST, auto_id="bench_%s")
    if form.is_valid():
        try:
            absences.bench(agent=member, by=request.membership, at=timezone.now(), **form.cleaned_data)
        except absences.BenchRefused as refusal:
            form.add_error("back_on", str(refusal))
        else:
            return _back(request, member, f"{member.user.first_name} is offered no new leads.")
    return draw_person(request, member, status=422, bench_form=form)


@require_POST
@for_roles(Role.LEAD)
def end_bench(request: TeamRequest, pk: int) -> HttpResponse:
    """Offer them leads again."""
    member = _with_profile(request, pk)
    absences.end_bench(agent=member, at=timezone.now())
    return _back(request, member, f"{member.user.first_name} is offered leads again.")


@require_POST
@for_roles(Role.LEAD)
def allow_more(request: TeamRequest, pk: int) -> HttpResponse:
    """Let an agent have more leads than usual on one day."""
    member, form = _with_profile(request, pk), AllowanceForm(request.POST)
    if form.is_valid():
        try:
            absences.allow_more(agent=member, by=request.membership, at=timezone.now(), **form.cleaned_data)
        except absences.BenchRefused as refusal:
            form.add_error("on", str(refusal))
        else:
            return _back(request, member, "Allowed.")
    return draw_person(request, member, status=422, allowance_form=form)


@require_POST
@for_roles(Role.LEAD)
def take_allowance_back(request: TeamRequest, pk: int, allowance_pk: int) -> HttpResponse:
    """Take it back."""
    member = _with_profile(request, pk)
    absences.take_allowance_back(allowance=get_object_or_404(member.allowances, pk=allowance_pk))
    return _back(request, member, "Taken back.")


def _with_profile(request: TeamRequest, pk: int) -> Membership:
    member = load_agent(request, pk)
    if not hasattr(member, "profile"):
        raise Http404
    return member


def _back(request: TeamRequest, member: Membership, words: str) -> HttpResponse:
    messages.success(request, words)
    return redirect("teams:person", member.pk)
