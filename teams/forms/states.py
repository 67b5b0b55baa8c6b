"""What a team lead says of states, and of the licences of ISAs."""

from __future__ import annotations

from datetime import date
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError

from teams.forms.layout import chips, helper, row
from teams.models import Membership, Policy, StateRule
from teams.places import STATES
from teams.text import CleanText


class RulesForm(forms.ModelForm[Policy]):
    """Whether the table binds."""

    class Meta:
        model = Policy
        fields = ("licence_rules", "consent_rules")
        labels = {
            "licence_rules": "An ISA without a licence sets appointments only where the table allows it",
            "consent_rules": "A recording is linked and played only with a noted consent, where the table asks for it",
        }
        help_texts = {
            "licence_rules": "Who is licensed where stands on each person's page. Leads without a state go through.",
            "consent_rules": "The state is the lead's.",
        }

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("licence_rules", "consent_rules")


class StateForm(CleanText, forms.ModelForm[StateRule]):
    """What holds in one state, where that is written, and when somebody looked."""

    class Meta:
        model = StateRule
        fields = (
            "may_set_appointments", "may_call_cold", "may_be_paid_by_closing", "source", "needs_consent",
            "consent_source", "checked_on",
        )  # fmt: skip
        labels = {
            "may_set_appointments": "may set appointments",
            "may_call_cold": "may call people who did not ask for it",
            "may_be_paid_by_closing": "may be paid by closing, with a share of the commission",
            "source": "Where that is written",
            "needs_consent": "Everybody on a call must agree to its recording",
            "consent_source": "Where that is written",
            "checked_on": "Checked on",
        }
        help_texts = {
            "source": "A section of the law, or an address.",
            "consent_source": "",
            "needs_consent": "",
            "may_be_paid_by_closing": "",
        }
        widgets = {"checked_on": forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d")}

    def __init__(self, *args: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.today = today
        self.initial["checked_on"] = self.initial.get("checked_on") or today

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(
            "may_set_appointments", "may_call_cold", "may_be_paid_by_closing", "source", "needs_consent",
            "consent_source", row("checked_on"),
        )  # fmt: skip

    def clean_checked_on(self) -> date:
        """Nobody has looked tomorrow."""
        checked_on: date = self.cleaned_data["checked_on"]
        if checked_on > self.today:
            raise ValidationError("Enter the day on which somebody looked: today, or before.")
        return checked_on

    def clean(self) -> dict[str, Any]:
        """What is allowed without a licence is written somewhere."""
        cleaned = super().clean() or {}
        allowed = ("may_set_appointments", "may_call_cold", "may_be_paid_by_closing")
        if any(cleaned.get(name) for name in allowed) and not cleaned.get("source"):
            self.add_error("source", "Say where it is written that this is allowed.")
        return cleaned


class LicencesForm(forms.Form):
    """Where somebody who is no agent is licensed."""

    states = forms.MultipleChoiceField(
        choices=STATES, required=False, widget=forms.CheckboxSelectMultiple, label="Licensed in"
    )

    def __init__(self, data: Any = None, *, member: Membership) -> None:
        super().__init__(data, initial={"states": member.licensed_states})

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(chips("states"))
