"""What people choose to hear of."""

from __future__ import annotations

from typing import Any

from django import forms

from notifications.models.preferences import Group
from notifications.preferences import FIXED, HINTS, Choice


class PreferencesForm(forms.Form):
    """A tick for mail and one for text, for each group that concerns the person; mails that are fixed have none."""

    def __init__(self, *args: Any, now: dict[Group, Choice], with_texts: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.now, self.with_texts = now, with_texts
        for group, choice in now.items():
            if group not in FIXED:
                self.fields[f"{group}_email"] = forms.BooleanField(required=False, initial=choice.by_email)
            if with_texts:
                self.fields[f"{group}_text"] = forms.BooleanField(required=False, initial=choice.by_text)

    def chosen(self) -> dict[Group, Choice]:
        """Return what was ticked. Where the team sends no texts, what was chosen before stays."""
        cleaned = self.cleaned_data
        return {
            group: Choice(
                by_email=group in FIXED or cleaned[f"{group}_email"],
                by_text=cleaned[f"{group}_text"] if self.with_texts else before.by_text,
            )
            for group, before in self.now.items()
        }

    def rows(self) -> list[dict[str, Any]]:
        """Return a line for each group: its words, its two fields, and what there is to know of it."""
        return [
            {
                "label": group.label,
                "email": self[f"{group}_email"] if group not in FIXED else None,
                "hint": FIXED.get(group) or HINTS.get(group, ""),
                "text": self[f"{group}_text"] if self.with_texts else None,
            }
            for group in self.now
        ]
