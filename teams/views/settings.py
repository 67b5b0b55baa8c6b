"""What a team lead sets: the team, its ways, its areas. The overview of all parts stands before them."""

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from teams import areas, hub, policy
from teams.access import for_roles
from teams.changes import latest_changes
from teams.forms.settings import AreaForm, PolicyForm, TeamForm, TriggerTagsForm
from teams.getting_started import put_away
from teams.http import TeamRequest
from teams.models import Area, Membership, Role
from teams.policy import policy_of

CHANGES_SHOWN = 30


@require_safe
@for_roles(Role.LEAD)
def overview(request: TeamRequest) -> HttpResponse:
    """Every part by its section: what is set, what is missing, when it last worked; and who changed what."""
    team = request.membership.team
    shown = [
        (section, [{"part": part, "look": part.look(team)} for part in parts])
        for section, parts in hub.sections().items()
    ]
    changes = latest_changes(request.membership, limit=CHANGES_SHOWN)
    labels = {part.code: part.label for part in hub.parts()}
    lines = [{"change": each, "label": labels.get(each.part, each.part)} for each in changes]
    return render(request, "teams/hub.html", {"shown": shown, "lines": lines})


def _team_page(request: TeamRequest, *, status: int = 200, form: TeamForm | None = None) -> HttpResponse:
    shown = form or TeamForm(instance=request.membership.team)
    return render(request, "teams/settings.html", {"team_form": shown}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def team_settings(request: TeamRequest) -> HttpResponse:
    """The team's name and zone."""
    if request.method != "POST":
        return _team_page(request)
    form = TeamForm(request.POST, instance=_fresh(request).team)
    if not form.is_valid():
        return _team_page(request, status=422, form=form)
    actor, at = request.membership, timezone.now()
    policy.change_team(team=actor.team, actor=actor, at=at, **form.cleaned_data)
    return _saved(request, "teams:team")


def _times_page(request: TeamRequest, *, status: int = 200, **bound: Any) -> HttpResponse:
    ways = policy_of(request.membership.team)
    context = {
        "policy_form": PolicyForm(instance=ways),
        "tags_form": TriggerTagsForm(initial={"tags": "\n".join(ways.trigger_tags)}),
    }
    return render(request, "teams/times.html", context | bound, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def change_policy(request: TeamRequest) -> HttpResponse:
    """Durations and deadlines, and which tags open a handoff."""
    if request.method != "POST":
        return _times_page(request)
    form = PolicyForm(request.POST, instance=policy_of(_fresh(request).team))
    if not form.is_valid():
        return _times_page(request, status=422, policy_form=form)
    actor, at = request.membership, timezone.now()
    policy.change_policy(policy=policy_of(actor.team), actor=actor, at=at, **form.cleaned_data)
    return _saved(request, "teams:policy")


@require_POST
@for_roles(Role.LEAD)
def set_trigger_tags(request: TeamRequest) -> HttpResponse:
    """Set which tags open a handoff."""
    form = TriggerTagsForm(request.POST)
    if not form.is_valid():
        return _times_page(request, status=422, tags_form=form)
    actor, names = request.membership, form.cleaned_data["tags"]
    policy.set_trigger_tags(policy=policy_of(actor.team), names=names, actor=actor, at=timezone.now())
    return _saved(request, "teams:policy")


def _areas_page(request: TeamRequest, *, status: int = 200, form: AreaForm | None = None) -> HttpResponse:
    listed = Area.objects.visible_to(request.membership)
    return render(request, "teams/areas.html", {"areas": listed, "form": form or AreaForm()}, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def area_list(request: TeamRequest) -> HttpResponse:
    """The places the team works in; POST adds one."""
    if request.method != "POST":
        return _areas_page(request)
    form = AreaForm(request.POST)
    if form.is_valid():
        try:
            actor, at = request.membership, timezone.now()
            areas.add_area(team=actor.team, actor=actor, at=at, **form.cleaned_data)
        except areas.AreaExists as refusal:
            form.add_error("name", str(refusal))
        else:
            return _saved(request, "teams:areas")
    return _areas_page(request, status=422, form=form)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def change_area(request: TeamRequest, pk: int) -> HttpResponse:
    """Rename an area, or note what homes cost there."""
    area = get_object_or_404(Area.objects.visible_to(request.membership), pk=pk)
    form = AreaForm(request.POST or None, instance=area)
    if request.method == "POST" and form.is_valid():
        try:
            areas.change_area(area=area, actor=request.membership, at=timezone.now(), **form.cleaned_data)
        except areas.AreaExists as refusal:
            form.add_error("name", str(refusal))
        else:
            return _saved(request, "teams:areas")
    status = 422 if form.errors else 200
    return render(request, "teams/area.html", {"area": area, "form": form}, status=status)


@require_POST
@for_roles(Role.LEAD)
def remove_area(request: TeamRequest, pk: int) -> HttpResponse:
    """Take an area off the list."""
    area = get_object_or_404(Area.objects.visible_to(request.membership), pk=pk)
    areas.remove_area(area=area, actor=request.membership, at=timezone.now())
    return _saved(request, "teams:areas")


@require_POST
@for_roles(Role.LEAD)
def put_steps_away(request: TeamRequest) -> HttpResponse:
    """Show the list of first steps no more."""
    put_away(team=request.membership.team, at=timezone.now())
    return redirect("teams:home")


def _fresh(request: TeamRequest) -> Membership:
    """A copy for a form to fill in: a refused value must not show up elsewhere on the page."""
    return Membership.objects.select_related("team__policy").get(pk=request.membership.pk)


def _saved(request: TeamRequest, route: str) -> HttpResponse:
    messages.success(request, "Saved.")
    return redirect(route)
