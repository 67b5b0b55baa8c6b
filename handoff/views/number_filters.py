"""What the numbers are narrowed to: the selects that offer it, the chips that take it back, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.choice import NumbersChoice
from handoff.numbers.days import DAY
from handoff.states import Method
from teams.http import TeamRequest
from teams.models import Membership

EVERY = {
    "method": "Every method",
    "isa": "Every ISA",
    "agent": "Every agent",
    "source": "Every source",
    "area": "Every area",
}
#: What a handoff without one is called.
NONE_SAID = {"source": "Not said", "area": "No area"}


@dataclass(frozen=True, slots=True)
class Select:
    """One field with what may be chosen: values with their words."""

    name: str
    label: str
    every: str
    value: str
    options: Sequence[tuple[str, str]]


@dataclass(frozen=True, slots=True)
class Chip:
    """Something chosen, and the address without it."""

    words: str
    url: str


def people_for(viewer: Membership) -> dict[int, Membership]:
    """Return whom this person may ask about, by name, those who left too; one query, none for an agent."""
    if viewer.is_agent:
        return {}
    members = Membership.objects.visible_to(viewer).select_related("user").order_by("user__name", "pk")
    return {member.pk: member for member in members}


def selects_for(chosen: NumbersChoice, names: Mapping[str, Sequence[str]]) -> list[Select]:
    """Return the fields that narrow, with the team's people and the sources and areas that occur."""
    isas = [each for each in chosen.people.values() if not each.is_agent]
    agents = [each for each in chosen.people.values() if each.is_agent]
    options: dict[str, list[tuple[str, str]]] = {
        "method": [(method.value, str(method.label)) for method in Method],
        "isa": [(str(each.pk), _name(each)) for each in isas],
        "agent": [(str(each.pk), _name(each)) for each in agents],
        **{name: [(value or chosen.NONE, value or NONE_SAID[name]) for value in names[name]] for name in NONE_SAID},
    }
    return [
        Select(name, str(chosen[name].label), EVERY[name], chosen.said.get(name, ""), options[name])
        for name in chosen.NARROWING
        if name in chosen.fields
    ]


def chips_for(chosen: NumbersChoice) -> list[Chip]:
    """Return what is chosen beside the days, each with the address of all the rest."""
    chips = [Chip("By the day it takes place", f"?{chosen.address(by=None)}")] if chosen.basis == Basis.HELD else []
    chips += (
        Chip(_words(chosen, name, value), f"?{chosen.address(**{name: None})}")
        for name in chosen.NARROWING
        if (value := chosen.said.get(name))
    )
    return chips


def common(request: TeamRequest, chosen: NumbersChoice, question: Question) -> dict[str, Any]:
    """Return what every page of the numbers says at its top."""
    return {
        "form": chosen,
        "question": question,
        "days": days_words(question),
        "chips": chips_for(chosen),
        "zone": request.membership.team.zone,
        "currency": request.membership.team.currency,
    }


def days_words(question: Question) -> str:
    """Say “Oct 5 to Nov 29, 2026”, with both years where they differ."""
    first, last = question.since, question.until - DAY
    begins = _day(first) if first.year == last.year else f"{_day(first)}, {first.year}"
    return f"{begins} to {_day(last)}, {last.year}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _words(chosen: NumbersChoice, name: str, value: str) -> str:
    if name == "method":
        return str(Method(value).label)
    if name in NONE_SAID:
        label = str(chosen[name].label)
        return f"{label}: {NONE_SAID[name] if value == chosen.NONE else value}"
    return f"{chosen[name].label}: {chosen.people[int(value)].user.name}"


def _name(member: Membership) -> str:
    return f"{member.user.name} (left)" if member.ended_at else member.user.name
