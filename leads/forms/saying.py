"""The small things said on the lead page, one form each."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from leads.forms.fields import PhoneField, SecondField
from leads.models import Lead
from leads.models.calls import CallResult
from leads.models.recordings import NoRecording, RecordingKind
from leads.queries.lead_page import next_stages
from leads.recordings import Consent
from teams.models import Team
from teams.text import LineField, TextField
from teams.zones import NoSuchTime, local_to_utc

NO_SUCH_MOVE = "The lead cannot go there from where it is now."
WHAT_CAME = "Choose what came of the call."
FURTHEST_CALL = timedelta(days=730)


class NoteForm(forms.Form):
    """Something to know about the person."""

    text = TextField(
        max_length=1000,
        error_messages={"required": "Write the note first."},
        widget=forms.Textarea(
            attrs={"class": "form-control", "rows": 2, "placeholder": "Prefers texts, works nights…"}
        ),
    )


class TagForm(forms.Form):
    """A word on the lead."""

    name = LineField(max_length=60, error_messages={"required": "Write the tag first."})


class RecordingForm(forms.Form):
    """A link, the promise of one, or a reason why there is none."""

    kind = forms.ChoiceField(choices=RecordingKind.choices)
    url = LineField(max_length=1000, required=False)
    reason = forms.ChoiceField(choices=[("", "Why is there none?"), *NoRecording.choices], required=False)
    agreed = forms.BooleanField(required=False)
    agreed_at = SecondField(required=False, max_length=8)

    def clean(self) -> dict[str, Any]:
        """Each kind needs its own word."""
        said: dict[str, Any] = super().clean() or {}
        if said.get("kind") == RecordingKind.LINK and not said.get("url") and "url" not in self.errors:
            self.add_error("url", "Paste the link first.")
        if said.get("kind") == RecordingKind.NONE and not said.get("reason"):
            self.add_error("reason", "Choose why there is none.")
        said["consent"] = Consent(said.get("agreed_at")) if said.get("agreed") else None
        return said


class PhoneForm(forms.Form):
    """Another number, or the one of them to call first."""

    is_primary = forms.BooleanField(required=False)

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(country=team.country, error_messages={"required": "Type the number first."})


class VerifyForm(forms.Form):
    """What was read back, and its value as it stood on the page."""

    what = forms.ChoiceField(choices=[("phone", "Phone"), ("email", "Email"), ("no_email", "Has no email")])
    value = LineField(max_length=254, required=False)


class StageForm(forms.Form):
    """Where to move the lead; only legal moves are choices."""

    to = forms.ChoiceField(error_messages=dict.fromkeys(("invalid_choice", "required"), NO_SUCH_MOVE))

    def __init__(self, *args: Any, lead: Lead, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field: forms.ChoiceField = self.fields["to"]  # type: ignore[assignment]
        field.choices = next_stages(lead)


class CallForm(forms.Form):
    """What came of a call, with the next call that was suggested, or another, in the clock of whoever types it.

    ``took`` is the value of a CallChoice. ``next_call_at`` is what is meant in the end: an aware moment, or None.
    """

    took = LineField(max_length=60, error_messages={"required": WHAT_CAME})
    next_call = forms.DateTimeField(
        required=False,
        input_formats=["%Y-%m-%dT%H:%M", "%Y-%m-%dT%H:%M:%S"],
        error_messages={"invalid": "Enter the day and time of the next call."},
    )
    no_next = forms.BooleanField(required=False)
    phone = LineField(max_length=16, required=False)
    note = TextField(max_length=500, required=False)

    def __init__(self, *args: Any, zone: str, at: datetime, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.zone, self.at = zone, at

    def clean_next_call(self) -> datetime | None:
        """Return the moment, aware UTC; a time that clocks skip is refused."""
        typed: datetime | None = self.cleaned_data["next_call"]
        if typed is None:
            return None
        try:
            return self._within_reach(local_to_utc(typed.replace(tzinfo=None), zone_name=self.zone))
        except (NoSuchTime, OverflowError) as error:
            raise ValidationError("Clocks skip this time. Choose another.", code="invalid") from error

    def clean(self) -> dict[str, Any]:
        """Say what came of it, and when the next call is: none, the one typed, or the one that was suggested."""
        said: dict[str, Any] = super().clean() or {}
        result, _, suggested = str(said.get("took", "")).partition(" ")
        if "took" not in self.errors and result not in CallResult.values:
            raise ValidationError(WHAT_CAME, code="invalid")
        said["result"] = result
        said["next_call_at"] = None if said.get("no_next") else said.get("next_call") or self._suggested(suggested)
        return said

    def _suggested(self, text: str) -> datetime | None:
        if not text:
            return None
        try:
            moment = datetime.fromisoformat(text)
            return self._within_reach(moment.astimezone(UTC) if moment.tzinfo else moment.replace(tzinfo=UTC))
        except (ValueError, OverflowError) as error:
            raise ValidationError("Enter the day and time of the next call.", code="invalid") from error

    def _within_reach(self, moment: datetime) -> datetime:
        if abs(moment - self.at) > FURTHEST_CALL:
            raise ValidationError("Plan the next call within two years.", code="too_far")
        return moment
