"""How long somebody is on call."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from teams.presence import next_time
from teams.zones import NoSuchTime

#: The lengths that are one tap, in minutes, and how they are called.
LENGTHS = ((30, "30 min"), (120, "2 hours"))


class OnCallForm(forms.Form):
    """One of the usual lengths, or a time of one's own clock."""

    minutes = forms.TypedChoiceField(required=False, coerce=int, empty_value=None, choices=LENGTHS)
    until = forms.TimeField(required=False, error_messages={"invalid": "Give a time, such as 17:30."})

    def __init__(self, *args: Any, zone_name: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone_name, self.at = zone_name, at

    def clean(self) -> dict[str, Any]:
        """``ends_at`` is the moment that was meant."""
        cleaned = super().clean() or {}
        if self.errors:
            return cleaned
        if minutes := cleaned["minutes"]:
            return cleaned | {"ends_at": self.at + timedelta(minutes=minutes)}
        if cleaned["until"] is None:
            raise ValidationError("Choose until when.")
        try:
            return cleaned | {"ends_at": next_time(cleaned["until"], zone_name=self.zone_name, at=self.at)}
        except NoSuchTime as problem:
            raise ValidationError(str(problem)) from problem

    @property
    def why_not(self) -> str:
        """The first thing that is wrong, in words."""
        return next((str(words) for errors in self.errors.values() for words in errors), "")
