"""What the dashboard is asked, as its address says it: which handoffs, beside which other days, in what order."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cached_property
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.cases import LABELS, OF_INVITES
from handoff.numbers.forms import NumbersRange, OfHandoff, OfTeam
from handoff.numbers.pace import BAR_WORDS
from handoff.numbers.panels import NAME, OF_ROWS
from handoff.numbers.sheets import OF_PEOPLE, SHEETS
from handoff.places import PlaceField
from teams.models import Membership


class Narrowed(OfTeam, OfHandoff):
    """What is narrowed by what stays in the address. ``people`` are those who may be chosen, by their keys.

    A team lead chooses among all of them, an ISA among agents, an agent not at all.
    """

    NARROWING: tuple[str, ...] = ("method", "isa", "agent", "source")
    #: What else stays in the address from one page of a list to the next.
    KEPT: tuple[str, ...] = ()

    def __init__(self, *args: Any, viewer: Membership, people: Mapping[int, Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer, self.people = viewer, people
        if viewer.is_agent:
            del self.fields["agent"]
        if not viewer.is_lead:
            del self.fields["isa"]
        self.is_valid()

    def is_of_team(self, pk: int) -> bool:
        """Whether they are among those that are offered."""
        return pk in self.people

    @cached_property
    def said(self) -> dict[str, str]:
        """All that is chosen, as an address says it."""
        chosen = {name: self.cleaned_data.get(name) for name in (*self.NARROWING, *self.KEPT)}
        return {name: str(value) for name, value in chosen.items() if value}

    def address(self, **changes: object) -> str:
        """Return the query of an address of the same choice with these changes; None leaves one out."""
        return urlencode({name: value for name, value in (self.said | changes).items() if value is not None})

    def whose_address(self, **changes: object) -> str:
        """Return the same without what belongs to one page only."""
        return self.address(**dict.fromkeys(self.KEPT), **changes)


class NumbersChoice(Narrowed, NumbersRange):
    """Which handoffs, of whose, of which days."""

    NARROWING = (*Narrowed.NARROWING, "area")

    @cached_property
    def said(self) -> dict[str, str]:
        """The same with the days; what is usual is not said."""
        by = {"by": self.basis.value} if self.basis != Basis.SET else {}
        return {**self.kept, **by, **super().said}

    @property
    def people_said(self) -> dict[str, str]:
        """Whose they are, as an address says it."""
        return {name: value for name, value in self.said.items() if name in ("isa", "agent")}

    @property
    def other_days_address(self) -> str:
        """What stays in the address when other days are chosen."""
        return self.address(weeks=None, since=None, until=None)


class DashboardChoice(NumbersChoice):
    """The same, and what they are compared with, how the tables are ordered, and which one is wanted as a file."""

    KEPT = ("beside", "sort", "all")

    beside = forms.ChoiceField(
        choices=[("", "Nothing"), ("before", "As many days before"), ("year", "The same weeks a year ago")],
        required=False,
        label="Beside",
    )
    sort = forms.ChoiceField(
        choices=[(sign + name, name) for name in (NAME, *OF_ROWS) for sign in ("", "-")], required=False
    )
    all = forms.ChoiceField(choices=[("1", "Every row")], required=False)
    csv = forms.ChoiceField(
        choices=[(name, name) for name in SHEETS],
        required=False,
        label="File",
        error_messages={"invalid_choice": "There is no such table."},
    )

    def clean_csv(self) -> str:
        """Refuse what is a team lead's to see: how people stand beside each other."""
        wanted: str = self.cleaned_data["csv"]
        if wanted in OF_PEOPLE and not self.viewer.is_lead:
            raise ValidationError("This table is the team lead's.")
        return wanted

    def earlier(self, question: Question) -> Question | None:
        """Return the other days of the same question; None without any."""
        beside = self.cleaned_data.get("beside")
        return {"before": question.before, "year": question.a_year_before}.get(beside or "")


class PlacedChoice(NumbersChoice):
    """The same, and after which case a page of them begins."""

    after = PlaceField(required=False)


class CasesChoice(PlacedChoice):
    """Which cases stand behind a number."""

    KEPT = ("what", "speed")

    what = forms.ChoiceField(choices=list(LABELS.items()), required=False, label="What became of it")
    speed = forms.ChoiceField(
        choices=[(str(n), words) for n, words in enumerate(BAR_WORDS)], required=False, label="Put through in"
    )

    @property
    def of(self) -> str:
        """Which figure it is (a name of ``Figures``)."""
        return self.cleaned_data.get("what") or "handed"

    @property
    def bar(self) -> int | None:
        """Which bar of the speed's chart; None for all."""
        said = self.cleaned_data.get("speed")
        return int(said) if said else None

    @property
    def words(self) -> str:
        """What the cases have in common."""
        if self.bar is None:
            return LABELS[self.of]
        return f"{'Invites delivered' if self.of in OF_INVITES else 'Put through'} in {BAR_WORDS[self.bar]}"
