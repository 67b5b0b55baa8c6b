"""A team with a year of handoffs behind it, and the pages on which that shows."""

from __future__ import annotations

from io import StringIO
from typing import Final

from django.core.management import call_command
from django.urls import reverse
from django.utils import timezone

from config.tests.places import Place
from handoff.models import LiveTransfer
from handoff.months import before, this_month
from teams.models import Membership, Role, Team

SLUG: Final = "year"
HANDOFFS: Final = 2_000
WEEKS: Final = 52


def make_year() -> None:
    """Make the team; the same on the same day."""
    asked = {"handoffs": HANDOFFS, "weeks": WEEKS, "seed": 1, "team": SLUG}
    call_command("demo", **asked, stdout=StringIO())


def a_year() -> list[Place]:
    """Return its places, as its team lead, an ISA and an agent see them."""
    team = Team.objects.get(slug=SLUG)
    boss, isa, agent = (_first(team, role) for role in (Role.LEAD, Role.ISA, Role.AGENT))
    return [*_numbers(boss), *_pay(boss, isa), *_own(isa, "isa"), *_own(agent, "agent")]


def _first(team: Team, role: Role) -> Membership:
    return Membership.objects.filter(team=team, role=role).select_related("user", "team").earliest("pk")


def _numbers(boss: Membership) -> list[Place]:
    whole = {
        "numbers": reverse("handoff:numbers"),
        "numbers-beside": reverse("handoff:numbers") + "?beside=before",
        "numbers-held": reverse("handoff:numbers") + "?by=held",
        "numbers-live": reverse("handoff:numbers") + "?method=live",
        "numbers-no-shows": reverse("handoff:number-cases") + "?what=no_show",
        "transfers": reverse("handoff:transfer-numbers"),
        "rings": reverse("handoff:ring-cases"),
        "calibration": reverse("handoff:calibration"),
    }
    latest = {
        "board": reverse("handoff:baton"),
        "aims": reverse("handoff:aims"),
        "deals": reverse("handoff:deals"),
        "leads": reverse("leads:list"),
        "transfer": reverse("handoff:transfer", args=[LiveTransfer.objects.filter(team=boss.team).latest("pk").pk]),
    }
    weeks = {name: f"{path}{'&' if '?' in path else '?'}weeks={WEEKS}" for name, path in whole.items()}
    return _places("lead", boss, weeks | latest)


def _pay(boss: Membership, isa: Membership) -> list[Place]:
    now = this_month(boss.team, at=timezone.now())
    statements = {f"pay-{name}": before(now, by) for name, by in (("now", 0), ("ready", 1), ("approved", 2))}
    paths = {name: reverse("handoff:pay-statement", args=[month, isa.pk]) for name, month in statements.items()}
    return _places("lead", boss, {"pay": reverse("handoff:pay"), **paths})


def _own(member: Membership, role: str) -> list[Place]:
    numbers = f"{reverse('handoff:numbers')}?weeks={WEEKS}"
    paths = {"today": reverse("handoff:day"), "numbers": numbers, "deals": reverse("handoff:deals")}
    return _places(role, member, paths)


def _places(role: str, member: Membership, paths: dict[str, str]) -> list[Place]:
    return [Place(f"year-{role}-{name}", path, member.user.email) for name, path in paths.items()]
