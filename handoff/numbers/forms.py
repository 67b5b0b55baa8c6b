"""Which days the numbers are of, as the address says it."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from handoff.numbers.queries import Basis, last_weeks
from handoff.states import Method
from teams.models import Team
from teams.zones import zone


class Days(forms.Form):
    """So many weeks up to now, or from one day to another, both included."""

    WEEKS = (4, 8, 13, 26, 52)
    USUAL = 8
    WIDEST = timedelta(days=731)
    EARLIEST, LATEST = date(2000, 1, 1), date(2099, 12, 31)

    weeks = forms.TypedChoiceField(choices=[(str(n), f"{n} weeks") for n in WEEKS], coerce=int, required=False)
    since = forms.DateField(required=False, label="From", widget=forms.DateInput(attrs={"type": "date"}))
    until = forms.DateField(required=False, label="To", widget=forms.DateInput(attrs={"type": "date"}))

    def clean(self) -> dict[str, Any]:
        """Refuse days in the wrong order, and more than two years at once."""
        cleaned = super().clean() or self.cleaned_data
        since, until = cleaned.get("since"), cleaned.get("until")
        if since and until and not timedelta(0) <= until - since <= self.WIDEST:
            raise ValidationError("Choose a first and a last day, in this order, at most two years apart.")
        if any(day and not self.EARLIEST <= day <= self.LATEST for day in (since, until)):
            raise ValidationError("Choose days of this century.")
        if bool(since) != bool(until):
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

    def span(self, team: Team, *, at: datetime) -> tuple[datetime, datetime]:
        """Return the first moment and the moment after the last, on the team's clock."""
        if self._days:
            first, last = self._days
            here = zone(team.zone)
            return (
                datetime.combine(first, time.min, tzinfo=here),
                datetime.combine(last + timedelta(days=1), time.min, tzinfo=here),
            )
        return last_weeks(team, self.chosen_weeks or self.USUAL, at=at)


class NumbersRange(Days):
    """Which handoffs the numbers are of."""

    by = forms.TypedChoiceField(
        choices=[(Basis.SET, "Day it was set"), (Basis.HELD, "Day it takes place")],
        coerce=Basis,
        empty_value=Basis.SET,
        required=False,
        label="Count by",
    )

    method = forms.TypedChoiceField(
        choices=[("", "Every method"), *Method.choices], coerce=Method, empty_value=None, required=False
    )

    @property
    def basis(self) -> Basis:
        """Which day of a handoff counts."""
        return self.cleaned_data.get("by") or Basis.SET

    @property
    def method_chosen(self) -> Method | None:
        """Handoffs of which method are counted; None for every one."""
        return self.cleaned_data.get("method")
