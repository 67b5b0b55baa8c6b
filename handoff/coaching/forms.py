"""What a team lead enters about coaching: shape only."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from teams.forms.layout import helper, row
from teams.models import Policy
from teams.text import TextField


class NoteForm(forms.Form):
    """A few words to the ISA; empty takes them away."""

    note = TextField(max_length=500, required=False)


class WaysForm(forms.ModelForm[Policy]):
    """When something is a pattern."""

    class Meta:
        model = Policy
        fields = ("coaching_flags", "coaching_window")
        labels = {"coaching_flags": "So many leads", "coaching_window": "of the last"}
        help_texts = {
            "coaching_flags": "2 to 20 that contradict the same letter.",
            "coaching_window": "3 to 50 that an agent met. Half of them in a row without it close the card.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("coaching_flags", "coaching_window"))

    def clean(self) -> dict[str, Any]:
        """There cannot be more cases than leads."""
        cleaned = super().clean() or {}
        flags, window = cleaned.get("coaching_flags"), cleaned.get("coaching_window")
        if flags is not None and window is not None and flags > window:
            self.add_error("coaching_flags", f"There are only {window} leads to look at: choose {window} or fewer.")
        return cleaned
