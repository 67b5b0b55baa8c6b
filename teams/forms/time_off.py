"""When an agent is away."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from teams.forms.layout import helper, row
from teams.models import TimeOff
from teams.text import LineField
from teams.time_off import Away


class DayField(forms.DateField):
    """A day of this century: beyond, calendars have no zones to speak of."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(widget=forms.DateInput(format="%Y-%m-%d", attrs={"type": "date"}), **kwargs)

    def to_python(self, value: Any) -> date | None:
        """Return the day."""
        day = super().to_python(value)
        if day is not None and not 2000 <= day.year < 2100:
            raise forms.ValidationError("Enter a day of this century.")
        return day


class TimeOffForm(forms.Form):
    """The first day and the last, and times where they are not whole."""

    first = DayField(label="First day")
    last = DayField(label="Last day", required=False, help_text="Empty: one day.")
    leaves = forms.TimeField(
        required=False,
        label="Away from",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="Empty: all of the first day.",
    )
    returns = forms.TimeField(
        required=False,
        label="Back at",
        widget=forms.TimeInput(format="%H:%M", attrs={"type": "time"}),
        help_text="Empty: all of the last day.",
    )
    note = LineField(max_length=120, required=False, label="Note (only the team sees it)")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("auto_id", "off_%s")
        super().__init__(*args, **kwargs)

    @classmethod
    def of(cls, time_off: TimeOff, *, zone_name: str) -> TimeOffForm:
        """Return the form as it was filled in, read by the agent's clock of now."""
        away = Away.of(time_off, zone_name=zone_name)
        said = {name: getattr(away, name) for name in ("first", "last", "leaves", "returns")}
        return cls(initial={**said, "note": time_off.note})

    def away(self) -> Away:
        """Return what was entered."""
        said = self.cleaned_data
        return Away(said["first"], said["last"] or said["first"], said["leaves"], said["returns"])

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("first", "last"), row("leaves", "returns"), "note")
