"""A home that a lead likes."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import URLValidator

from leads.forms.fields import MoneyField
from leads.models.homes import HomeStatus
from teams.text import LineField

_is_web_address = URLValidator(schemes=["http", "https"])


class HomeForm(forms.Form):
    """Where, for how much, and what they said of it."""

    address = LineField(max_length=200, error_messages={"required": "Where is it? Write the address first."})
    url = LineField(max_length=1000, required=False, label="Link to the listing")
    price = MoneyField(max_length=30, required=False)
    beds = forms.IntegerField(min_value=0, max_value=99, required=False)
    status = forms.ChoiceField(choices=HomeStatus.choices, required=False, label="What they think")
    note = LineField(max_length=500, required=False)

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        kwargs.setdefault("prefix", "home")
        super().__init__(*args, **kwargs)
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-select" if name == "status" else "form-control"
            field.widget.attrs["autocomplete"] = "off"
        self.fields["address"].widget.attrs["placeholder"] = "12 Invented Street"
        self.fields["price"].widget.attrs["placeholder"] = "450k"

    def clean_url(self) -> str:
        """A page on the web, and no script."""
        url: str = self.cleaned_data["url"]
        if url:
            try:
                _is_web_address(url)
            except ValidationError as error:
                raise ValidationError("Enter the address of the listing, beginning with https://") from error
        return url

    def clean_status(self) -> str:
        """Somebody who says nothing likes it: it is on the list."""
        return self.cleaned_data["status"] or HomeStatus.LIKED.value
