"""The page where a team names its stages."""

from __future__ import annotations

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from leads.forms.stage_names import StageNamesForm
from leads.stage_names import DuplicateName, rename_stages
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def stage_names(request: TeamRequest) -> HttpResponse:
    """Show what each stage is called; POST calls them otherwise."""
    member = request.membership
    form = StageNamesForm(request.POST if request.method == "POST" else None, team=member.team)
    if form.is_valid():
        try:
            rename_stages(team=member.team, names=form.names(), actor=member, at=timezone.now())
        except DuplicateName as refusal:
            for stage in refusal.stages:
                form.add_error(stage.value, str(refusal))
        else:
            messages.success(request, "Saved. Every page, mail and alert uses these names now.")
            return redirect("leads:stages")
    return render(request, "leads/stages.html", {"form": form}, status=422 if form.errors else 200)
