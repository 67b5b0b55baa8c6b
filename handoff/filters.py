"""What people choose in addresses: which day, which slot, which transfer. Nonsense chooses nothing; it is no error."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any, Final

from django import forms
from django.core.exceptions import ValidationError

from handoff.models.appointments import How
from handoff.states import Method
from teams.text import LineField

#: Nothing is booked further ahead than a year, and no number is older than this.
FURTHEST = timedelta(days=366)
#: More choices than these are not named one by one.
MOST_NAMED = 8
#: What is wrong with an answer, by the code of the error.
WORDS: Final = {
    "max_length": "Write at most {limit_value} characters.",
    "null_characters_not_allowed": "This contains a character that cannot be kept.",
}


@dataclass(frozen=True, slots=True)
class PanelChoice:
    """What the ISA has chosen in the handoff panel so far; it comes along with every request of the panel."""

    method: Method | None = None
    agent: int | None = None
    day: date | None = None
    how: How = How.CALL
    place: str = ""
    override_reason: str = ""
    #: The last transfer that the page knew to be over (its pk), 0 for none.
    over: int | None = None

    @classmethod
    def of(cls, data: Mapping[str, Any], *, today: date) -> PanelChoice:
        """Read it from a query or a posted form."""
        form = _PanelForm(data)
        form.is_valid()
        kept = {name: value for name, value in form.cleaned_data.items() if value not in (None, "")}
        if kept.get("day") and not today - FURTHEST <= kept["day"] <= today + FURTHEST:
            del kept["day"]
        return cls(**kept)


class _PanelForm(forms.Form):
    method = forms.TypedChoiceField(choices=Method.choices, coerce=Method, empty_value=None, required=False)
    agent = forms.IntegerField(min_value=1, max_value=2**62, required=False)
    day = forms.DateField(required=False)
    how = forms.TypedChoiceField(choices=How.choices, coerce=How, empty_value=None, required=False)
    place = LineField(max_length=300, required=False)
    override_reason = LineField(max_length=300, required=False)
    over = forms.IntegerField(min_value=0, max_value=2**62, required=False)


def wrong_words(form: forms.Form) -> list[str]:
    """Say what cannot be shown as an address asks for it, field by field, each thing once."""
    said = (
        f"{form.fields[name].label or name.capitalize()}: {_words(form[name], error)}"
        if name in form.fields
        else " ".join(error.messages)
        for name, errors in form.errors.as_data().items()
        for error in errors
    )
    return list(dict.fromkeys(said))


def _words(asked: forms.BoundField, error: ValidationError) -> str:
    """Say it in the words of the field; where it has none of its own, in those for every field."""
    code, field = error.code or "", asked.field
    if field.error_messages.get(code) == field.default_error_messages.get(code):
        if code == "invalid_choice":
            return _offered(asked)
        if code in WORDS:
            return WORDS[code].format(**(error.params or {}))
    return " ".join(error.messages)


def _offered(asked: forms.BoundField) -> str:
    """Say what may be chosen."""
    offered = [f"“{each.choice_label}”" for each in asked.subwidgets if each.data["value"]]
    return f"Choose {_either(offered)}." if len(offered) <= MOST_NAMED else "Choose one of those that are offered."


def _either(words: list[str]) -> str:
    return " or ".join([", ".join(words[:-1]), words[-1]] if len(words) > 1 else words)


class TransferForm(forms.Form):
    """The transfer that a page shows."""

    of = forms.IntegerField(min_value=1, max_value=2**62, required=False)


class HeardForm(forms.Form):
    """What a player tells: “0-20,40-55” in seconds of the call, and how long it is; or that a tab was opened."""

    opened = forms.BooleanField(required=False)
    spans = forms.RegexField(regex=r"\A(?:\d{1,5}-\d{1,5}(?:,\d{1,5}-\d{1,5}){0,199})?\Z", required=False)
    length = forms.IntegerField(min_value=1, max_value=6 * 3600, required=False)

    def clean(self) -> dict[str, Any]:
        """A call that plays has a length."""
        cleaned = super().clean() or {}
        if not cleaned.get("opened") and not cleaned.get("length"):
            self.add_error("length", "How long is the call?")
        return cleaned

    @property
    def told(self) -> dict[str, Any]:
        """The arguments of ``handoff.listening.hear``."""
        pairs = [each.split("-") for each in self.cleaned_data["spans"].split(",") if each]
        spans = [(int(begins), int(ends)) for begins, ends in pairs if int(begins) < int(ends)]
        return {"spans": spans, "length": self.cleaned_data["length"]}
