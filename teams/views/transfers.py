"""Live transfers as a team lead sets them: how agents are rung, and who is on call now."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import policy
from teams.access import for_roles
from teams.forms.transfers import TransfersForm
from teams.http import TeamRequest
from teams.models import Membership, Policy, Presence, Role
from teams.policy import policy_of
from teams.presence import go_off_call
from teams.ringing import ladder_in_words


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def transfer_settings(request: TeamRequest) -> HttpResponse:
    """In which order agents are rung for a client on the phone, and for how long."""
    ways = policy_of(request.membership.team)
    if request.method != "POST":
        return _page(request, TransfersForm(instance=ways))
    form = TransfersForm(request.POST, instance=Policy.objects.get(pk=ways.pk))
    if not form.is_valid():
        return _page(request, form, status=422)
    actor, at = request.membership, timezone.now()
    policy.change_ringing(policy=ways, actor=actor, at=at, **form.cleaned_data)
    messages.success(request, "Saved. The next transfer rings so.")
    return redirect("teams:transfers")


@require_POST
@for_roles(Role.LEAD)
def take_off_call(request: TeamRequest, pk: int) -> HttpResponse:
    """Ring an agent no more until they go on call again: a phone that was left behind."""
    members = Membership.objects.active().visible_to(request.membership).select_related("user")
    member = get_object_or_404(members, pk=pk)
    was_on = go_off_call(member=member, at=timezone.now())
    messages.success(request, f"{member.user} is {'off call' if was_on else 'not on call'}.")
    return redirect("teams:transfers")


def _page(request: TeamRequest, form: TransfersForm, *, status: int = 200) -> HttpResponse:
    team, at = request.membership.team, timezone.now()
    on_call = Presence.objects.on_call(at).filter(membership__team=team).select_related("membership__user")
    context = {"form": form, "ladder": ladder_in_words(policy_of(team)), "on_call": on_call.order_by("until")}
    return render(request, "teams/transfers.html", context, status=status)
