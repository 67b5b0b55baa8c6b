"""The week's grid."""

from calendar import day_abbr, day_name
from collections import defaultdict
from collections.abc import Iterable, Iterator
from typing import Any, NamedTuple

from django import forms

from teams.hours import OverlappingHours, Stretch, refuse_overlaps
from teams.models import WorkingHours

STRETCHES = 2  # a day as people plan it: before and after a break


class Day(NamedTuple):
    """A row of the grid: the day's name and its pairs of bound fields."""

    name: str
    pairs: list[tuple[forms.BoundField, forms.BoundField]]
    errors: list[str]


class WeekForm(forms.Form):
    """Seven days with two stretches each, or more where an agent already has more."""

    def __init__(self, *args: Any, hours: Iterable[WorkingHours], **kwargs: Any) -> None:
        days: dict[int, list[WorkingHours]] = defaultdict(list)
        for each in hours:
            days[each.weekday].append(each)
        self.stretches = max([STRETCHES, *(len(day) for day in days.values())])
        kwargs.setdefault("initial", {name: value for day in days.values() for name, value in _initial(day)})
        super().__init__(*args, **kwargs)
        for weekday, number in self._places():
            for end, label in (("opens", "from"), ("closes", "until")):
                self.fields[f"{end}_{weekday}_{number}"] = forms.TimeField(
                    required=False,
                    label=f"{day_name[weekday]} {label}",
                    widget=forms.TimeInput(format="%H:%M", attrs={"type": "time", "class": "form-control px-2"}),
                )

    def _places(self) -> Iterator[tuple[int, int]]:
        return ((weekday, number) for weekday in range(7) for number in range(self.stretches))

    def days(self) -> list[Day]:
        """Return the grid's rows."""
        return [
            Day(
                day_name[weekday],
                [(self[f"opens_{weekday}_{n}"], self[f"closes_{weekday}_{n}"]) for n in range(self.stretches)],
                [
                    str(error)
                    for n in range(self.stretches)
                    for end in ("opens", "closes")
                    for error in self[f"{end}_{weekday}_{n}"].errors
                ],
            )
            for weekday in range(7)
        ]

    def clean(self) -> dict[str, Any]:
        """Every stretch has both ends, and none runs into another."""
        cleaned = super().clean() or {}
        for weekday, number in self._places():
            opens, closes = (cleaned.get(f"{end}_{weekday}_{number}") for end in ("opens", "closes"))
            if (opens is None) != (closes is None) and not self.errors:
                missing = "closes" if closes is None else "opens"
                self.add_error(f"{missing}_{weekday}_{number}", "Give both ends, or neither.")
        if not self.errors:
            self._refuse_overlaps()
        return cleaned

    def _refuse_overlaps(self) -> None:
        for weekday in range(7):
            try:
                refuse_overlaps([each for each in self.week() if each.weekday == weekday])
            except OverlappingHours as refusal:
                self.add_error(f"opens_{weekday}_0", f"{day_abbr[weekday]}: {refusal}")

    def week(self) -> list[Stretch]:
        """Return the stretches that were entered."""
        return [
            Stretch(weekday, opens, closes)
            for weekday, number in self._places()
            if (opens := self.cleaned_data.get(f"opens_{weekday}_{number}")) is not None
            and (closes := self.cleaned_data.get(f"closes_{weekday}_{number}")) is not None
        ]


def _initial(day: list[WorkingHours]) -> Iterator[tuple[str, Any]]:
    for number, each in enumerate(day):
        yield f"opens_{each.weekday}_{number}", each.opens
        yield f"closes_{each.weekday}_{number}", each.closes
