"""What pay adds to the overview of settings."""

from django.utils import timezone

from handoff.months import this_month
from handoff.pay.book import Book
from handoff.pay.money import money
from teams import hub
from teams.hub import Look, Part, Section
from teams.models import Team


def _plan(team: Team) -> Look:
    book = Book.of([team.pk])
    plan = book.of_team(team.pk, this_month(team, at=timezone.now()))
    if plan is None:
        return Look("quiet", "No plan")
    own = len(book.own_plans())
    facts = (f"{money(plan.bonus, plan.currency)} for each held appointment",)
    return Look("ok", "In force", (*facts, f"{own} of their own") if own else facts)


hub.register(
    Part("pay", "Pay", "cash-coin", "handoff:pay-plan", "What ISAs are paid, and since when", 66, _plan, Section.TEAM)
)
