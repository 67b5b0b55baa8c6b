"""Goals and costs: a team lead enters them, everybody sees how far they have come on the page of numbers."""

from __future__ import annotations

from datetime import date
from typing import Any
from urllib.parse import urlencode

from django.contrib import messages
from django.db.models import QuerySet
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff.aims.forms import Chosen, CostsForm, GoalsForm
from handoff.aims.goals import Progress, goals_of, set_goals
from handoff.aims.shown import aims_for
from handoff.aims.spending import costs_of, enter_costs
from handoff.models.aims import Aim
from handoff.models.numbers import Basis
from handoff.months import after, month_of
from handoff.numbers.asking import Question
from handoff.numbers.choice import NumbersChoice
from handoff.numbers.days import DAY, last_weeks, local_day
from handoff.numbers.queries import numbers_for, sources_of
from handoff.states import DealStatus
from handoff.views.number_filters import people_for
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role

#: Sources that had a handoff in so many weeks are asked for.
WEEKS = 26
#: By which day a handoff counts towards a goal.
BASES = {Aim.SET: Basis.SET, Aim.HELD: Basis.HELD, Aim.GOOD: Basis.HELD}
OF_CLOSINGS = frozenset({Aim.CLOSED, Aim.COMMISSION})


@require_safe
@for_roles(Role.LEAD)
def aims(request: TeamRequest) -> HttpResponse:
    """Show goals and costs as they are entered."""
    chosen = _chosen(request)
    is_right = chosen.is_valid()
    return _page(request, chosen, status=200 if is_right else 422)


@require_safe
@any_member
def beside(request: TeamRequest) -> HttpResponse:
    """Show, below the numbers, goals, what it cost and cold leads: for whom and which days the address says."""
    at, viewer = timezone.now(), request.membership
    people = people_for(viewer)
    chosen = NumbersChoice(request.GET, viewer=viewer, people=people)
    question = chosen.question(viewer, at=at)
    whose = (
        next((people[pk] for pk in (question.isa, question.agent) if pk in people), None) if viewer.is_lead else None
    )
    found = numbers_for(question, at=at, names={})  # only methods are shown, and those have names
    shown = aims_for(question, found, viewer=viewer, whose=whose, at=at)
    month = month_of(local_day(viewer.team, at))
    context = {
        "form": chosen,
        "aims": shown,
        "currency": viewer.team.currency,
        "whose": whose,
        "progress": [(each, _cases_of(each, whose or viewer, month)) for each in shown.progress],
        "cases_url": f"{reverse('handoff:number-cases')}?{chosen.whose_address()}",
    }
    template = "handoff/aims/_beside.html" if request.htmx else "handoff/aims/beside.html"
    return render(request, template, context, status=422 if chosen.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def goals(request: TeamRequest) -> HttpResponse:
    """Set the goals of the team, or of one person."""
    chosen, form = _chosen(request), GoalsForm(request.POST)
    if not chosen.is_valid() or not form.is_valid():
        return _page(request, chosen, goals=form, status=422)
    set_goals(team=request.membership.team, membership=chosen.person, month=chosen.this, goals=form.goals)
    messages.success(request, f"Goals from {chosen.this:%B} on are set. Earlier months keep theirs.")
    return redirect(_address(chosen))


@require_POST
@for_roles(Role.LEAD)
def costs(request: TeamRequest) -> HttpResponse:
    """Keep what a month cost."""
    chosen = _chosen(request)
    is_right = chosen.is_valid()
    form = _costs_form(request, chosen, request.POST)
    if not is_right or not form.is_valid():
        return _page(request, chosen, costs=form, status=422)
    enter_costs(team=request.membership.team, month=chosen.month_chosen, costs=form.costs)
    messages.success(request, f"The costs of {chosen.month_chosen:%B %Y} are kept.")
    return redirect(_address(chosen))


def _page(
    request: TeamRequest, chosen: Chosen, *, status: int, goals: GoalsForm | None = None, costs: CostsForm | None = None
) -> HttpResponse:
    held = goals_of(request.membership.team, chosen.person, month=chosen.this)
    context: dict[str, Any] = {
        "chosen": chosen,
        "whose": chosen.person,
        "month": chosen.month_chosen,
        "goals": goals or GoalsForm(initial={aim.value: goal for aim, goal in held.items()}),
        "costs": costs or _costs_form(request, chosen),
        "currency": request.membership.team.currency,
    }
    return render(request, "handoff/aims/aims.html", context, status=status)


def _chosen(request: TeamRequest) -> Chosen:
    team = request.membership.team
    return Chosen(request.GET, people=_people(request.membership), today=local_day(team, timezone.now()))


def _people(viewer: Membership) -> QuerySet[Membership]:
    """Return whom a goal can be for: those who set appointments or meet clients."""
    people = Membership.objects.active().filter(team=viewer.team_id).exclude(role=Role.LEAD)
    return people.select_related("user").order_by("role", "user__name")


def _costs_form(request: TeamRequest, chosen: Chosen, data: Any = None) -> CostsForm:
    team = request.membership.team
    lately = Question(team.pk, *last_weeks(team, WEEKS, at=timezone.now()))
    return CostsForm(data, sources=sources_of(lately), costs=costs_of(team, chosen.month_chosen))


def _cases_of(progress: Progress, member: Membership, month: date) -> str:
    """Return the address of what counts towards a month's goal; none of who signed, since deals move on from there."""
    if progress.aim in BASES:
        name, of = "handoff:number-cases", {"by": BASES[progress.aim].value, "what": progress.aim.value}
    elif progress.aim in OF_CLOSINGS:
        name, of = "handoff:deals", {"status": DealStatus.CLOSED.value}
    else:
        return ""
    days = {"since": month.isoformat(), "until": (after(month) - DAY).isoformat()}
    whose = {} if member.is_lead else {"agent" if member.is_agent else "isa": member.pk}
    return f"{reverse(name)}?{urlencode({**days, **of, **whose})}"


def _address(chosen: Chosen) -> str:
    whose = f"whose={chosen.person.pk}&" if chosen.person else ""
    return f"{reverse('handoff:aims')}?{whose}month={chosen.month_chosen.isoformat()}"
