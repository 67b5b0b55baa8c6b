"""By which ways a ring reaches an agent whose phone is locked, and what to do where it does not."""

from __future__ import annotations

from dataclasses import dataclass

from django.http import HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from notifications import consent
from notifications.models.preferences import Group
from notifications.reaching import is_in_chat, is_texted
from teams import texts
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role
from teams.slack import has_token


@dataclass(frozen=True, slots=True)
class Way:
    """One way, and what keeps it from working; ``route`` is the page where the agent can put it right."""

    label: str
    lacks: str = ""
    route: str = ""

    @property
    def works(self) -> bool:
        """Whether a ring gets there."""
        return not self.lacks


@require_safe
@for_roles(Role.AGENT)
def ring_ways(request: TeamRequest) -> HttpResponse:
    """Say by which ways a ring reaches the reader; ``only=wrong`` says something only if none does."""
    ways = (_texts(request.membership), _chat(request.membership))
    context = {"ways": ways, "is_reached": any(way.works for way in ways), "only": request.GET.get("only")}
    return render(request, "notifications/_ring_ways.html", context)


def _texts(member: Membership) -> Way:
    if is_texted(member, Group.LIVE):
        return Way("Texts")
    if not texts.are_on(member.team):
        return Way("Texts", "Your team sends no texts: a team lead can connect them.")
    if not member.user.phone:
        return Way("Texts", "Your profile has no phone number: add it.", "teams:profile")
    if consent.has_stopped(consent.choice_of(member.team_id, member.user.phone)):
        return Way("Texts", "You texted STOP: text START to your team's number.")
    return Way("Texts", "You have not asked for texts of live transfers: tick them.", "notifications:preferences")


def _chat(member: Membership) -> Way:
    if is_in_chat(member):
        return Way("Slack")
    if not has_token(member.team):
        return Way("Slack", "Your team's Slack cannot write to people: a team lead can connect it with a bot token.")
    return Way("Slack", "Your team's Slack does not know your address: ask a team lead to match you there.")
