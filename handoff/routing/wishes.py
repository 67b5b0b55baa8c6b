"""What a lead asks of an agent, and which agents they know already: one query for any number of agents."""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any

from django.contrib.postgres.expressions import ArraySubquery
from django.contrib.postgres.fields import ArrayField
from django.db.models import BigIntegerField, Case, F, Func, OuterRef, Value, When
from django.db.models.fields import Field

from handoff.models import Handoff
from handoff.states import HandoffStatus
from leads.models import Collaborator, Lead, Lpmama, PersonNote
from leads.models.lpmama import Side
from leads.naming import folded
from teams.models import Membership

#: Answers in which an ISA may have written down whom the client knows.
TEXTS = (
    "other_agent_name", "motivation", "location_text", "needs", "household", "appointment_wish",
)  # fmt: skip
#: How a handoff has ended, as far as it matters to whether the client wants that agent again.
GONE, WENT_ON = 0, 1


@dataclass(frozen=True, slots=True)
class Wish:
    """A lead in the eyes of routing. ``prices`` are whole units of the team's currency."""

    state: str = ""
    language: str = ""
    prices: tuple[int, ...] = ()
    owner: int | None = None
    had: frozenset[int] = frozenset()
    attached: frozenset[int] = frozenset()
    texts: tuple[str, ...] = ()
    first_name: str = ""


def wish_of(lead: Lead | None) -> Wish:
    """Return what is stored of the lead now; nothing for no lead."""
    if lead is None:
        return Wish()
    row = _row(lead)
    latest: dict[int, int] = dict(row.passes)  # of several with one agent the last one counts
    answers: Lpmama | None = getattr(row, "lpmama", None)
    return Wish(
        state=row.state,
        language=row.language,
        prices=_prices(answers) if answers else (),
        owner=row.owner_id,
        had=frozenset(agent for agent, became in latest.items() if became == WENT_ON),
        attached=frozenset(row.attached) - {agent for agent, became in latest.items() if became == GONE},
        texts=(*(str(getattr(answers, name)) for name in TEXTS if answers), *row.notes),
        first_name=row.first_name,
    )


def _row(lead: Lead) -> Any:
    became = Case(
        When(status=HandoffStatus.RETURNED, then=Value(GONE)),
        When(status=HandoffStatus.CANCELLED, credit="", then=Value(GONE)),  # the agent called it off
        default=Value(WENT_ON),
        output_field=BigIntegerField(),
    )
    pair: Field[Any, Any] = ArrayField(BigIntegerField())
    passes = Handoff.objects.filter(lead=OuterRef("pk")).order_by("opened_at", "id")
    found = (
        Lead.objects.select_related("lpmama")
        .annotate(
            passes=ArraySubquery(
                passes.values_list(Func(F("agent_id"), became, template="ARRAY[%(expressions)s]", output_field=pair))
            ),
            attached=ArraySubquery(Collaborator.objects.filter(lead=OuterRef("pk")).values_list("membership_id")),
            notes=ArraySubquery(PersonNote.objects.filter(lead=OuterRef("pk")).values_list("text")),
        )
        .filter(pk=lead.pk)
    )
    return next(iter(found))


def _prices(answers: Lpmama) -> tuple[int, ...]:
    buys = None if answers.side == Side.SELL else answers.price_max or answers.price_min
    sells = None if answers.side == Side.BUY else answers.price_expected
    return tuple(price for price in (buys, sells) if price)


def acquaintances(wish: Wish, agents: Iterable[Membership]) -> dict[int, str]:
    """Return by membership how the client knows an agent, as a reason; those they do not know are left out."""
    agents = list(agents)
    known = {agent.pk: said for agent in agents if (said := _history(wish, agent))}
    if any(wish.texts):
        for agent in _named(wish, agents):
            known.setdefault(agent.pk, "Named in the notes")
    return known


def _history(wish: Wish, agent: Membership) -> str:
    if agent.pk == wish.owner:
        return "Has this client already"
    if agent.pk in wish.had:
        return "Had this client before"
    return "Works on this lead" if agent.pk in wish.attached else ""


def _named(wish: Wish, agents: list[Membership]) -> list[Membership]:
    """Find agents by their full name, or by a first name that only one of them has, written as a name is.

    A first name counts inside a sentence only: at its beginning any word is written so ("Will sell in spring").
    """
    whole = f" {_words(' . '.join(wish.texts))} "
    inside = {folded(word) for text in wish.texts for word in re.findall(r"(?<=[\w,;:] )[^\W\d_a-z][\w'-]*", text)}
    firsts = [folded(agent.user.first_name) for agent in agents]
    unique = {name for name in inside if firsts.count(name) == 1} - {folded(wish.first_name)}
    return [
        agent
        for agent, first in zip(agents, firsts, strict=True)
        if f" {_words(agent.user.name)} " in whole or first in unique
    ]


def _words(text: str) -> str:
    return " ".join(re.findall(r"[\w']+", folded(text)))
