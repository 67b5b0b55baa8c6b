"""What people enter about over-promises."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from handoff.overpromises.patterns import PromiseKind
from teams.models import Policy
from teams.text import LineField, clean_line

#: As long as a phrase is, and as many as anybody reads.
LONGEST, MOST = 60, 100
BUILT_IN = [(kind.value, kind.label) for kind in PromiseKind if kind is not PromiseKind.OWN]


class AcknowledgeForm(forms.Form):
    """Which text, and why it stays. Each text on the page has a field of its own for the reason."""

    mark = LineField(max_length=64, error_messages={"required": "Say which text it is about."})

    def clean(self) -> dict[str, Any]:
        """Take the reason from the field that belongs to the text."""
        cleaned = super().clean() or {}
        if mark := cleaned.get("mark"):
            field = LineField(
                max_length=300, error_messages={"required": "Say why it stays: the agent reads the reason."}
            )
            cleaned["reason"] = field.clean(self.data.get(f"why-{mark}", ""))
        return cleaned


class WatchedForm(forms.Form):
    """What is looked for: kinds, and the team's own words, one on each line."""

    kinds = forms.MultipleChoiceField(choices=BUILT_IN, required=False)
    words = forms.CharField(required=False, max_length=8000, widget=forms.Textarea)

    def __init__(self, data: Any, *, policy: Policy) -> None:
        on = [value for value, _ in BUILT_IN if value not in policy.promise_kinds_off]
        super().__init__(data, initial={"kinds": on, "words": "\n".join(policy.promise_words)})

    @property
    def chosen(self) -> list[str]:
        """The kinds that are ticked as the page stands."""
        return list(self["kinds"].value() or [])

    def clean_words(self) -> list[str]:
        """Return the phrases, each once."""
        phrases: dict[str, str] = {}
        for line in self.cleaned_data["words"].splitlines():
            if phrase := clean_line(line):
                phrases.setdefault(phrase.casefold(), phrase)
        if any(len(phrase) > LONGEST for phrase in phrases):
            raise ValidationError(f"One phrase on each line, of at most {LONGEST} characters.")
        if len(phrases) > MOST:
            raise ValidationError(f"No more than {MOST} phrases: ISAs have to remember them.")
        return list(phrases.values())

    def clean_kinds(self) -> list[str]:
        """Return the kinds that are *off*, as the policy keeps them: one that is built in later is on for everybody."""
        return [value for value, _ in BUILT_IN if value not in self.cleaned_data["kinds"]]
