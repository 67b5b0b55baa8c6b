"""What the numbers are narrowed to: the selects that offer it, the chips that take it back, and the same in words."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any

from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.choice import Narrowed, NumbersChoice
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


def selects_for(chosen: Narrowed, names: Mapping[str, Sequence[str]]) -> list[Select]:
    """Return the fields that narrow, with the team's people and the ``names`` of sources and areas that occur."""
    isas = [each for each in chosen.people.values() if not each.is_agent]
    agents = [each for each in chosen.people.values() if each.is_agent]
    options: dict[str, list[tuple[str, str]]] = {
        "method": [(method.value, str(method.label)) for method in Method],
        "isa": [(str(each.pk), _name(each)) for each in isas],
        "agent": [(str(each.pk), _name(each)) for each in agents],
        **{name: _texts(chosen, name, occurring) for name, occurring in names.items()},
    }
    return [
        Select(name, str(chosen[name].label), EVERY[name], chosen.said.get(name, ""), options[name])
        for name in chosen.NARROWING
        if name in chosen.fields
    ]


def chips_for(chosen: NumbersChoice) -> list[Chip]:
    """Return what is chosen beside the days, each with the address of all the rest."""
    held = [Chip("By the day it takes place", f"?{chosen.address(by=None)}")] if chosen.basis == Basis.HELD else []
    return held + narrowing_chips(chosen)


def narrowing_chips(chosen: Narrowed) -> list[Chip]:
    """Return by what it is narrowed, each with the address of all the rest."""
    return [
        Chip(_words(chosen, name, value), f"?{chosen.address(**{name: None})}")
        for name in chosen.NARROWING
        if (value := chosen.said.get(name))
    ]


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
    return span_words(question.since, question.until - DAY)


def span_words(first: date | None, last: date | None) -> str:
    """Say the same of a first and a last day, “from Oct 5, 2026” where there is no last; nothing of neither."""
    if not (first and last):
        word, day = ("from", first) if first else ("to", last)
        return f"{word} {_day(day)}, {day.year}" if day else ""
    begins = _day(first) if first.year == last.year else f"{_day(first)}, {first.year}"
    return f"{begins} to {_day(last)}, {last.year}"


def _day(day: date) -> str:
    return f"{day:%b} {day.day}"


def _words(chosen: Narrowed, name: str, value: str) -> str:
    if name == "method":
        return str(Method(value).label)
    if name in NONE_SAID:
        label = str(chosen[name].label)
        return f"{label}: {NONE_SAID[name] if value == chosen.NONE else value}"
    return f"{chosen[name].label}: {chosen.people[int(value)].user.name}"


def _texts(chosen: Narrowed, name: str, occurring: Sequence[str]) -> list[tuple[str, str]]:
    """Return the texts that occur as options, and the one that is chosen though it does not."""
    said = chosen.text(name)
    texts = occurring if said is None or said in occurring else [*occurring, said]
    return [(text or chosen.NONE, text or NONE_SAID[name]) for text in texts]


def _name(member: Membership) -> str:
    return f"{member.user.name} (left)" if member.ended_at else member.user.name
