"""What a client enters on their page: shape only, rules live in the verbs."""

from __future__ import annotations

from typing import Any

from django import forms
from django.db import models

from handoff.client.wishes import LONGEST
from teams.text import LineField, TextField


class CancelReason(models.TextChoices):
    """Why a client cancels; the label is what the team reads."""

    PLANS = "plans", "My plans have changed"
    TIME = "time", "The time does not suit me any more"
    AGENT = "agent", "I work with another agent now"
    STOPPED = "stopped", "I am not looking any more"
    OTHER = "other", "Something else"


TOO_LONG = "Please keep it under {} characters."


class CancelForm(forms.Form):
    """Why, in a tap; in their own words if they like, or if none of the reasons is theirs."""

    reason = forms.ChoiceField(
        choices=CancelReason.choices,
        widget=forms.RadioSelect,
        error_messages={
            "required": "Please choose one: it tells the team what to do next.",
            "invalid_choice": "Please choose one of these.",
        },
    )
    note = LineField(max_length=200, required=False, error_messages={"max_length": TOO_LONG.format(200)})

    def clean(self) -> dict[str, Any]:
        """Ask for words where no reason was the right one."""
        said = super().clean() or {}
        if said.get("reason") == CancelReason.OTHER and "note" in said and not said["note"]:
            self.add_error("note", "Please say it in a few words.")
        return said

    @property
    def words(self) -> str:
        """What the team reads."""
        label, note = str(CancelReason(self.cleaned_data["reason"]).label), self.cleaned_data["note"]
        return f"{label}: {note}" if note else label


class WishForm(forms.Form):
    """When they could be called, or meet."""

    wish = TextField(max_length=LONGEST, required=False, error_messages={"max_length": TOO_LONG.format(LONGEST)})
