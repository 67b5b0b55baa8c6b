"""A key for a program."""

from __future__ import annotations

from datetime import timedelta

from crispy_forms.helper import FormHelper
from django import forms

from teams.forms.layout import chips, helper, row
from teams.models import Scope
from teams.text import LineField

LIFETIMES = (("30", "30 days"), ("90", "90 days"), ("365", "A year"), ("", "No end"))


class TokenForm(forms.Form):
    """What it is for, what it may do, and for how long."""

    name = LineField(max_length=80, label="What it is for", help_text="“Dialer”, “Zapier”: to tell it apart later.")
    days = forms.ChoiceField(choices=LIFETIMES, required=False, initial="90", label="Ends after")
    scope = forms.MultipleChoiceField(
        choices=Scope.choices,
        label="May",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "btn-check"}),
        error_messages={"required": "Choose at least one thing that it may do."},
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(row("name", "days"), chips("scope"))

    def scopes(self) -> list[Scope]:
        """Return what it may do; call it once the form is valid."""
        return [Scope(each) for each in self.cleaned_data["scope"]]

    def lifetime(self) -> timedelta | None:
        """Return how long it lives; None for no end."""
        days = self.cleaned_data["days"]
        return timedelta(days=int(days)) if days else None
