"""Which deals are shown, as the address says it."""

from __future__ import annotations

from django import forms

from handoff.deals.queries import DealQuestion
from handoff.numbers.choice import Narrowed
from handoff.numbers.forms import DaysBetween
from handoff.places import PlaceField
from handoff.states import DealStatus


class DealChoice(Narrowed, DaysBetween):
    """Deals by their handoffs, by where they stand, and by the days since which they do: of all days unless given."""

    KEPT = ("status", "since", "until")

    status = forms.TypedChoiceField(
        choices=[("", "All"), *DealStatus.choices], coerce=DealStatus, empty_value=None, required=False
    )
    before = PlaceField(required=False)

    @property
    def status_chosen(self) -> DealStatus | None:
        """Where they stand; None for everywhere."""
        return self.cleaned_data.get("status")

    @property
    def question(self) -> DealQuestion:
        """What is asked, once it is valid."""
        return DealQuestion(
            self.viewer,
            status=self.status_chosen,
            method=self.method_chosen,
            isa=self.cleaned_data.get("isa"),
            agent=self.cleaned_data.get("agent"),
            source=self.text("source"),
            since=self.cleaned_data["since"],
            until=self.cleaned_data["until"],
        )
