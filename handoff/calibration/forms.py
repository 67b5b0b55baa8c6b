"""Which handoffs are compared, and whose cases are looked at, as the address says it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django import forms
from django.db.models import Q

from handoff.calibration.practices import PRACTICES, Group, Practice, Result
from handoff.numbers.choice import NumbersChoice, PlacedChoice


class CalibrationChoice(NumbersChoice):
    """The same days and filters as of the dashboard: half a year, since a few weeks hardly have enough cases."""

    USUAL = 26


@dataclass(frozen=True, slots=True)
class Behind:
    """Handoffs of one group (``of``) that came to a result, or did not (``which``)."""

    result: Result
    of: Q
    which: Q
    words: str


def key_of(practice: Practice, group: Group, result: Result, *, came: bool) -> str:
    """Return how an address names them."""
    return "-".join((practice.key, group.key, result.key, "yes" if came else "no"))


BEHIND: Final = {
    key_of(practice, group, result, came=came): Behind(
        result,
        practice.among & group.of,
        which,
        f"{practice.title}: {group.label}, {label}",
    )
    for practice in PRACTICES
    for group in practice.groups
    for result in practice.results
    for came, which, label in ((True, result.came, result.label), (False, result.failed, result.failed_label))
}


class BehindChoice(PlacedChoice, CalibrationChoice):
    """Which cases stand behind a share, and after which of them the page begins."""

    KEPT = ("what",)

    what = forms.ChoiceField(
        choices=[(key, behind.words) for key, behind in BEHIND.items()],
        label="Cases",
        error_messages={"required": "Say which."},
    )

    @property
    def behind(self) -> Behind | None:
        """Whose they are; None where an address names none that there are."""
        return BEHIND.get(self.cleaned_data.get("what") or "")

    @property
    def words(self) -> str:
        """What the cases have in common."""
        return self.behind.words if self.behind else "Cases"
