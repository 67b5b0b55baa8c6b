"""Somebody who decides with the lead."""

from __future__ import annotations

from typing import Any

from django import forms

from leads.forms.fields import AddressField, PhoneField
from teams.models import Team
from teams.text import LineField


class DecisionMakerForm(forms.Form):
    """Their name, and how to reach them: an address to be invited at, a number, or both."""

    name = LineField(max_length=80, error_messages={"required": "Write their name first."})
    email = AddressField(required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(country=team.country, required=False)
        for name, field in self.fields.items():
            field.widget.attrs |= {"class": "form-control", "autocomplete": "off", "id": f"decider-{name}"}
