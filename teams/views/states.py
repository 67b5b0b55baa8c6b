"""What states ask, as a team has found it out; and where its ISAs are licensed."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import state_rules
from teams.access import for_roles
from teams.forms.states import LicencesForm, RulesForm, StateForm
from teams.http import TeamRequest
from teams.models import Role, StateRule
from teams.policy import policy_of
from teams.state_rules import NAMES
from teams.views.people import draw_person, load_member
from teams.zones import zone


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def states(request: TeamRequest) -> HttpResponse:
    """The table; POST says whether it binds."""
    member, at = request.membership, timezone.now()
    policy = policy_of(member.team)
    form = RulesForm(request.POST if request.method == "POST" else None, instance=policy)
    if form.is_valid():
        policy.refresh_from_db()  # the form has filled it in, and then nothing would have changed
        state_rules.switch_rules(policy=policy, actor=member, at=at, **form.cleaned_data)
        messages.success(request, "Saved. It holds from now on.")
        return redirect("teams:states")
    today = at.astimezone(zone(member.team.zone)).date()
    context = {"form": form, "lines": state_rules.lines(member.team, today=today)}
    return render(request, "teams/states.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def state(request: TeamRequest, code: str) -> HttpResponse:
    """One state; POST writes down what holds there."""
    member, at = request.membership, timezone.now()
    if code not in NAMES:
        raise Http404
    own = StateRule.objects.visible_to(member).filter(state=code).first()
    rule = own or state_rules.built_in(member.team, code)
    today = at.astimezone(zone(member.team.zone)).date()
    form = StateForm(request.POST if request.method == "POST" else None, instance=rule, today=today)
    if form.is_valid():
        state_rules.save_rule(team=member.team, state=code, actor=member, at=at, **form.cleaned_data)
        messages.success(request, f"{NAMES[code]} saved.")
        return redirect("teams:states")
    context = {"form": form, "code": code, "name": NAMES[code], "is_own": own is not None}
    return render(request, "teams/state.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def remove_state(request: TeamRequest, code: str) -> HttpResponse:
    """Go back to what is built in."""
    rule = get_object_or_404(StateRule.objects.visible_to(request.membership), state=code)
    state_rules.remove_rule(rule=rule, actor=request.membership, at=timezone.now())
    messages.success(request, f"{NAMES[code]} is as built in again.")
    return redirect("teams:states")


@require_POST
@for_roles(Role.LEAD)
def set_licences(request: TeamRequest, pk: int) -> HttpResponse:
    """Note where an ISA is licensed. The team lead does: it lets them do what others may not."""
    member = load_member(request, pk)
    if member.is_agent:
        raise Http404
    form = LicencesForm(request.POST, member=member)
    if not form.is_valid():
        return draw_person(request, member, status=422, licences_form=form)
    chosen = form.cleaned_data["states"]
    state_rules.set_licences(member=member, states=chosen, actor=request.membership, at=timezone.now())
    messages.success(request, "Licences saved.")
    return redirect("teams:person", member.pk)
