"""Which days, people and cases the numbers are of, as the address says it."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any, Final
from urllib.parse import urlencode

from django import forms
from django.core.exceptions import ValidationError

from handoff.filters import wrong_words
from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.days import DAY, last_weeks, midnight
from handoff.states import Method
from teams.models import Membership, Team
from teams.schemas import LARGEST_ID

OWN_ONLY: Final = "You see your own here: other people's are the team lead's to see."


def _weeks_words(count: int) -> str:
    years = count // 52
    return f"{years} yr" if years else str(count)


class DayField(forms.DateField):
    """A day, or none."""

    def __init__(self, **kwargs: Any) -> None:
        picker = forms.DateInput(attrs={"type": "date"})
        words = {"invalid": "There is no such day."}
        super().__init__(required=False, widget=picker, error_messages=words, **kwargs)


class DaysBetween(forms.Form):
    """From one day to another, both included."""

    EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)
    WIDEST = timedelta.max
    IN_ORDER = "Choose a first and a last day, in this order."

    since = DayField(label="From")
    until = DayField(label="To")

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order or too far apart, and those that nothing can be of."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not timedelta(0) <= until - since <= self.WIDEST:
            raise ValidationError(self.IN_ORDER)
        if any(day and not self.EARLIEST <= day <= self.LATEST for day in (since, until)):
            raise ValidationError("Choose days of this century.")
        return cleaned

    @property
    def wrong(self) -> list[str]:
        """What cannot be shown as it was asked, field by field."""
        return wrong_words(self)


class Days(DaysBetween):
    """So many weeks up to now, or from one day to another, both included."""

    WEEKS = (4, 8, 13, 26, 52, 104, 156)
    USUAL = 8
    WIDEST = timedelta(days=5 * 366)
    IN_ORDER = "Choose a first and a last day, in this order, at most five years apart."

    weeks = forms.TypedChoiceField(
        choices=[(str(n), _weeks_words(n)) for n in WEEKS],
        coerce=int,
        required=False,
        error_messages={"invalid_choice": f"Choose one of {', '.join(map(str, WEEKS))}."},
    )

    def clean(self) -> dict[str, Any]:
        """Refuse one day alone: without weeks there is no other end."""
        cleaned = super().clean()
        if bool(cleaned.get("since")) != bool(cleaned.get("until")):
            raise ValidationError("Choose both a first and a last day.")
        return cleaned

    @property
    def chosen_weeks(self) -> int | None:
        """How many weeks; None when days are chosen."""
        return None if self._days else self.cleaned_data.get("weeks") or self.USUAL

    @property
    def _days(self) -> tuple[date, date] | None:
        since, until = self.cleaned_data.get("since"), self.cleaned_data.get("until")
        return (since, until) if since and until and not self.errors else None

    @property
    def kept(self) -> dict[str, str]:
        """What another address of the same choice says."""
        if self._days:
            return {"since": self._days[0].isoformat(), "until": self._days[1].isoformat()}
        return {"weeks": str(self.chosen_weeks)}

    @property
    def days_address(self) -> str:
        """The days alone, as the query of an address."""
        return urlencode(self.kept)

    def days(self, team: Team, *, at: datetime) -> tuple[date, date]:
        """Return the first day and the one after the last, on the team's calendar."""
        if self._days:
            first, last = self._days
            return first, last + DAY
        return last_weeks(team, self.chosen_weeks or self.USUAL, at=at)

    def span(self, team: Team, *, at: datetime) -> tuple[datetime, datetime]:
        """Return the first moment and the moment after the last, on the team's clock."""
        first, end = self.days(team, at=at)
        return midnight(team, first), midnight(team, end)


class MemberKeyField(forms.IntegerField):
    """Somebody, by the key of their membership; whether they are of the team the form says."""

    WORDS = "Choose somebody of the team."

    def __init__(self, **kwargs: Any) -> None:
        words = dict.fromkeys(("invalid", "min_value", "max_value"), self.WORDS)
        super().__init__(min_value=1, max_value=LARGEST_ID, required=False, error_messages=words, **kwargs)


class OfHandoff(forms.Form):
    """Of which handoffs, by what each of them keeps: its method, its people and its source."""

    #: How an address says that there is none: an empty value means that any will do.
    NONE = "-"

    method = forms.TypedChoiceField(
        choices=[("", "Every method"), *Method.choices], coerce=Method, empty_value=None, required=False
    )
    isa = MemberKeyField(label="ISA")
    agent = MemberKeyField()
    source = forms.CharField(max_length=60, required=False)

    @property
    def method_chosen(self) -> Method | None:
        """Handoffs of which method are meant; None for every one."""
        return self.cleaned_data.get("method")

    def text(self, name: str) -> str | None:
        """Return a text that is chosen; empty for those without one, None for any."""
        said = self.cleaned_data.get(name)
        return "" if said == self.NONE else said or None


class NumbersRange(OfHandoff, Days):
    """Which handoffs the numbers are of."""

    by = forms.TypedChoiceField(
        choices=[(Basis.SET, "Day it was set"), (Basis.HELD, "Day it takes place")],
        coerce=Basis,
        empty_value=Basis.SET,
        required=False,
        label="Count by",
    )
    area = forms.CharField(max_length=80, required=False)

    @property
    def basis(self) -> Basis:
        """Which day of a handoff counts."""
        return self.cleaned_data.get("by") or Basis.SET

    def question(self, viewer: Membership, *, at: datetime) -> Question:
        """Return what is asked, of what this person may know."""
        since, until = self.days(viewer.team, at=at)
        asked = Question(
            team_id=viewer.team_id,
            since=since,
            until=until,
            basis=self.basis,
            method=self.method_chosen,
            isa=self.cleaned_data.get("isa"),
            agent=self.cleaned_data.get("agent"),
            source=self.text("source"),
            area=self.text("area"),
        )
        return asked.seen_by(viewer)


class OfTeam(forms.Form):
    """Whose they are: an ISA and an agent by the keys of their memberships, nobody of another team.

    Who is no team lead has their own: asked for somebody else's, they are told so, and not shown theirs for it.
    """

    viewer: Membership

    def clean(self) -> dict[str, Any]:
        """Refuse whom this person cannot choose."""
        cleaned = super().clean() or self.cleaned_data
        own = "agent" if self.viewer.is_agent else "isa"
        closed = {name: "" for name in ("isa", "agent") if name not in self.fields} | {own: str(self.viewer.pk)}
        if not self.viewer.is_lead and any(self.data.get(name) not in (None, "", key) for name, key in closed.items()):
            raise ValidationError(OWN_ONLY)
        return cleaned

    def clean_isa(self) -> int | None:
        """Refuse somebody who is not in the team."""
        return self._one_of_us("isa")

    def clean_agent(self) -> int | None:
        """Refuse somebody who is not in the team."""
        return self._one_of_us("agent")

    def is_of_team(self, pk: int) -> bool:
        """Whether this membership is, or was, of the team."""
        raise NotImplementedError

    def _one_of_us(self, name: str) -> int | None:
        pk: int | None = self.cleaned_data.get(name)
        if pk is not None and not self.is_of_team(pk):
            raise ValidationError(MemberKeyField.WORDS)
        return pk
