"""What a team lead writes and whom they enrol."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from leads.drips.enrolling import STAGES
from leads.models import DripSequence, DripStep
from leads.stage_names import stage_choices
from teams.forms.layout import helper, row
from teams.models import Team
from teams.text import LineField, TextField

HOURS = [(hour, f"{hour % 12 or 12}:00 {'AM' if hour < 12 else 'PM'}") for hour in range(8, 21)]


class SequenceNameForm(forms.Form):
    """A new drip begins with its name."""

    name = LineField(max_length=80, label="Name of the new drip", error_messages={"required": "Give the drip a name."})
    name.widget.attrs["class"] = "form-control"


class SequenceForm(forms.Form):
    """What it is called, and what starts it."""

    name = LineField(max_length=80, error_messages={"required": "Give the drip a name."})
    on_stage = forms.ChoiceField(
        required=False,
        label="Starts by itself when a lead comes to",
        help_text="Once for each lead. One drip at most starts at a stage.",
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        stages: forms.ChoiceField = self.fields["on_stage"]  # type: ignore[assignment]
        offered = [(code, label) for code, label in stage_choices(team) if code in STAGES]
        stages.choices = [("", "No stage: people enrol leads"), *offered]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("name", "on_stage"))


class StepForm(forms.ModelForm[DripStep]):
    """One mail."""

    subject = LineField(max_length=150, error_messages={"required": "Write a subject."})
    text = TextField(max_length=5000, error_messages={"required": "Write the mail."})
    hour = forms.TypedChoiceField(choices=HOURS, coerce=int, label="At (the client's clock)")

    class Meta:
        model = DripStep
        fields = ("after_days", "hour", "subject", "text")
        labels = {"after_days": "Days after the enrolment"}
        help_texts = {"after_days": "0 to 365. Two mails never go out on one day."}

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["after_days"].widget.attrs |= {"min": 0, "max": 365}
        self.fields["text"].widget.attrs |= {"rows": 12}

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("after_days", "hour"), "subject", "text")

    def clean_after_days(self) -> int:
        """Return the day, even where the instance is not to be changed by looking."""
        return int(self.cleaned_data["after_days"])


class ChooseForm(forms.Form):
    """Which of the team's drips that are on."""

    sequence = forms.ModelChoiceField(
        queryset=DripSequence.objects.none(),
        empty_label="Choose a drip",
        error_messages={"required": "Choose a drip.", "invalid_choice": "That drip is off, or gone. Choose another."},
    )

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        drips: forms.ModelChoiceField[DripSequence] = self.fields["sequence"]  # type: ignore[assignment]
        drips.queryset = DripSequence.objects.filter(team=team, is_on=True).order_by("name")
        drips.widget.attrs["class"] = "form-select"
