"""Of which days and whose the numbers are asked over the API: by the names, and the rules, of their pages."""

from __future__ import annotations

from collections.abc import Collection
from datetime import date

from django import forms
from ninja import Schema
from pydantic import Field

from handoff.filters import wrong_words
from handoff.numbers.asking import are_of_team
from handoff.numbers.forms import OWN_ONLY, Days, MemberKeyField
from teams.http import TeamRequest
from teams.models import Membership
from teams.problems import Problem, invalid
from teams.schemas import Id


class OfDays(Schema):
    """Days on the team's calendar, and people of the team."""

    weeks: int | None = Field(
        None, description=f"So many up to now, of {', '.join(map(str, Days.WEEKS))}; or give days."
    )
    since: date | None = Field(None, description="The first day, as the page says it; with `until`.")
    until: date | None = Field(None, description="The last day, itself included; with `since`.")
    isa: Id | None = None
    agent: Id | None = None


def chosen_days(weeks: int | None, since: date | None, until: date | None) -> Days:
    """Return what is chosen, checked as the page checks it. Raises Problem."""
    said = {"weeks": weeks, "since": since, "until": until}
    if weeks is not None and (since or until):
        raise Problem(422, "invalid", "Give weeks, or a first and a last day, but not both.")
    days = Days({name: value for name, value in said.items() if value is not None})
    refuse_wrong(days)
    return days


def refuse_wrong(asked: forms.Form) -> None:
    """Raise Problem for what a page's form cannot take, in the words of the page."""
    if named := {name: list(map(str, words)) for name, words in asked.errors.items() if name in asked.fields}:
        raise invalid(named)
    if asked.errors:
        raise Problem(422, "invalid", " ".join(wrong_words(asked)))


def refuse_unknown(request: TeamRequest, known: type[Schema], *, besides: Collection[str] = ()) -> None:
    """Raise Problem for a name in the address that says nothing: who mistypes one would get what they did not ask for.

    ``besides``: names that are no filters.
    """
    names = {field.alias or name for name, field in known.model_fields.items()}
    unknown = sorted(request.GET.keys() - names - set(besides))
    if unknown:
        offered = f"There is no such filter. There are {', '.join(sorted(names))}."
        raise invalid({name: [offered] for name in unknown})


def refuse_foreign(viewer: Membership, asked: OfDays) -> None:
    """Raise Problem unless everybody who is asked for is of the team, and an ISA or agent asks for themselves.

    Figures of their own in place of a colleague's would be booked as the colleague's.
    """
    people = {name: pk for name, pk in (("isa", asked.isa), ("agent", asked.agent)) if pk is not None}
    own = None if viewer.is_lead else "agent" if viewer.is_agent else "isa"
    if own and people.get(own) not in (None, viewer.pk):
        raise invalid({own: [OWN_ONLY]})
    if wrong := [name for name, pk in people.items() if not are_of_team(viewer, {pk})]:
        raise invalid({name: [MemberKeyField.WORDS] for name in wrong})
