"""What an agent enters of how it went: shape only. Which answers belong together is the verb's rule."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from handoff.amending import LONGEST_WHY
from handoff.forms import read_moment
from handoff.models import Outcome
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.reports import LONGEST_NOTE, MOST_PERCENT, STAGES_AFTER
from leads.forms.fields import AmountField, MoneyField, PercentField
from leads.states import Stage
from teams.forms.layout import helper, row
from teams.models import Team
from teams.text import LineField, TextField

#: Every stage that some outcome can name, in the order of the table.
STAGES = [stage for stage in Stage if any(stage in stages for stages in STAGES_AFTER.values())]


class MomentField(forms.Field):
    """A time that we offered, as ISO 8601 with its zone; cleans to aware UTC."""

    def clean(self, value: Any) -> datetime | None:
        """Return the moment, or None when none was chosen."""
        text = str(super().clean(value) or "")
        moment = read_moment(text)
        if text and moment is None:
            raise ValidationError("That time is not one we offered.", code="invalid")
        return moment.astimezone(UTC) if moment else None


class OutcomeForm(forms.Form):
    """The agent's report."""

    showed = forms.ChoiceField(
        choices=Showed.choices,
        widget=forms.RadioSelect,
        label="Did they come?",
        error_messages={"required": "Did they come?"},
    )
    is_good = forms.TypedChoiceField(
        choices=[("", "Not asked"), ("yes", "Good lead"), ("no", "Not a good lead")],
        coerce=lambda value: value == "yes",
        empty_value=None,
        required=False,
        label="Was it a good lead?",
    )
    reason = forms.ChoiceField(choices=[("", "No reason"), *Reason.choices], required=False, label="What was off?")
    next_step = forms.ChoiceField(choices=[("", "Nothing said"), *NextStep.choices], required=False)
    stage = forms.ChoiceField(
        choices=[("", "As the answers say"), *((stage.value, stage.label) for stage in STAGES)], required=False
    )
    note = TextField(max_length=LONGEST_NOTE, required=False, widget=forms.Textarea(attrs={"rows": 3}))
    price = MoneyField(max_length=30, required=False, label="Their real budget or price", help_text="450,000 or 450k")
    commission_amount = AmountField(
        max_length=30, required=False, label="Expected commission", help_text="Or a percent. Cents are rounded"
    )
    commission_percent = PercentField(most=MOST_PERCENT, required=False, label="Percent of the price")

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        names = {stage: team.stage_names.get(stage.value) or stage.label for stage in STAGES}
        self.fields["stage"].choices = [("", "As the answers say"), *((s.value, names[s]) for s in STAGES)]  # type: ignore[attr-defined]


class ReportForm(OutcomeForm):
    """A report, or the time that they agreed on instead."""

    moved_to = MomentField(required=False)
    no_time = forms.BooleanField(required=False)

    def clean(self) -> dict[str, Any]:
        """Ask for the new time of a meeting that was moved, unless it was said that there is none."""
        cleaned = super().clean() or self.cleaned_data
        is_moved = cleaned.get("showed") == Showed.MOVED
        has_no_time = cleaned.pop("no_time", False)
        if not is_moved or has_no_time:
            cleaned["moved_to"] = None
        elif not cleaned.get("moved_to") and "moved_to" not in self.errors:
            self.add_error("moved_to", "Choose the new time, or say that you have set none yet.")
        return cleaned


class CorrectionForm(OutcomeForm):
    """Another report in place of the one that stands, and why."""

    why = LineField(
        max_length=LONGEST_WHY,
        label="Why is it corrected?",
        help_text="It is kept beside what was said before.",
        error_messages={"required": "Say why it is corrected: it is kept beside what was said before."},
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(
            "showed",
            row("is_good", "reason"),
            row("next_step", "stage"),
            "price",
            row("commission_amount", "commission_percent"),
            "note",
            "why",
        )


def said_by(outcome: Outcome) -> dict[str, Any]:
    """Return what an outcome says, as the form shows it."""
    names = ("showed", "reason", "next_step", "stage", "note", "price", "commission_amount", "commission_percent")
    is_good = {True: "yes", False: "no", None: ""}[outcome.is_good]
    return {**{name: getattr(outcome, name) for name in names}, "is_good": is_good}
