"""What people enter on the handoff's pages: shape only, rules live in the verbs."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet
from django.urls import reverse
from django.utils.dateparse import parse_datetime

from handoff.models.appointments import How
from handoff.models.transfers import DropReason, PassReason
from handoff.states import Method
from handoff.wordings import LONGEST
from teams.agents import working_agents
from teams.forms.layout import helper
from teams.models import Membership, Team
from teams.text import LineField, TextField


def slot_value(agent: Membership, starts_at: datetime) -> str:
    """Name a slot in a form: "12@2026-11-24T21:30:00Z"."""
    return f"{agent.pk}@{starts_at.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


class ScriptForm(forms.Form):
    """The text of a script, drawn anew beside it while it is typed."""

    text = TextField(max_length=LONGEST, error_messages={"required": "Write what is said, or use the built-in text."})

    def __init__(self, *args: Any, name: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["text"].widget.attrs |= {
            "class": "form-control",
            "rows": 10,
            "aria-describedby": "text-hint",
            "hx-post": reverse("handoff:script-preview", args=[name]),
            "hx-trigger": "input changed delay:300ms",
            "hx-target": "#script-preview",
            "hx-include": "closest form",
        }


class SlotField(forms.Field):
    """A time of one of the team's agents, as ``slot_value`` writes it; cleans to (agent, start)."""

    default_error_messages = {"required": "Choose a time.", "invalid": "That time is not one we offered."}

    def __init__(self, *, team: Team, **kwargs: Any) -> None:
        super().__init__(widget=forms.HiddenInput, **kwargs)
        self.team = team

    def clean(self, value: Any) -> tuple[Membership, datetime] | None:
        """Return the agent (of this team, taking handoffs) and the start, aware UTC."""
        text = str(super().clean(value) or "")
        if not text:
            return None
        pk, _, moment = text.partition("@")
        starts_at = read_moment(moment)
        is_pk = pk.isascii() and pk.isdigit() and len(pk) < 18
        agent = working_agents(self.team).filter(pk=int(pk)).first() if starts_at and is_pk else None
        if agent is None or starts_at is None:
            raise ValidationError(self.error_messages["invalid"], code="invalid")
        return agent, starts_at


def read_moment(text: str) -> datetime | None:
    """Return the moment that a form names, aware UTC; None for what is none, or without a zone."""
    try:
        moment = parse_datetime(text)
    except ValueError:
        return None
    if moment is None or moment.tzinfo is None or not 2000 <= moment.year <= 2200:
        return None
    return moment.astimezone(UTC)


class AgentField(forms.ModelChoiceField[Membership]):
    """One of the team's agents who take handoffs."""

    default_error_messages = {
        "required": "Choose an agent.",
        "invalid_choice": "That is not an agent of this team who takes handoffs.",
    }

    def __init__(self, *, team: Team, **kwargs: Any) -> None:
        agents: QuerySet[Membership] = working_agents(team)
        super().__init__(queryset=agents, **kwargs)


class HoldForm(forms.Form):
    """A slot to keep for a few minutes, or to book."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["slot"] = SlotField(team=team)


class TimeForm(HoldForm):
    """A slot, and how they meet."""

    how = forms.ChoiceField(choices=How.choices, initial=How.CALL)
    place = LineField(max_length=300, required=False)


class OverrideReasonForm(forms.Form):
    """Why the ISA goes against the advice; asked for only then. What counts is the advice that the ISA was shown."""

    advised = forms.ChoiceField(choices=Method.choices, required=False)
    override_reason = LineField(
        max_length=300, required=False, error_messages={"required": "Say in a few words why not as advised."}
    )

    def __init__(self, data: Any, *args: Any, method: Method, **kwargs: Any) -> None:
        super().__init__(data, *args, **kwargs)
        self.is_against = data.get("advised", method) != method
        self.fields["override_reason"].required = self.is_against

    def clean_override_reason(self) -> str:
        """Keep a reason only where it means something."""
        return str(self.cleaned_data["override_reason"]) if self.is_against else ""


class BookForm(OverrideReasonForm):
    """The slot, and how they meet."""

    how = forms.ChoiceField(choices=How.choices, initial=How.CALL)
    place = LineField(max_length=300, required=False)

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data, method=Method.SCHEDULED)
        self.fields["slot"] = SlotField(team=team)


class HandOverNowForm(OverrideReasonForm):
    """Who takes the lead now."""

    def __init__(self, data: Any, *, team: Team) -> None:
        super().__init__(data, method=Method.DIRECT)
        self.fields["agent"] = AgentField(team=team)


class RequestTransferForm(OverrideReasonForm):
    """A live transfer; who is rung is not chosen."""

    def __init__(self, data: Any) -> None:
        super().__init__(data, method=Method.LIVE)


class DropForm(forms.Form):
    """Why a transfer that was accepted did not come to be."""

    REASONS = tuple(each for each in DropReason.choices if each[0] != DropReason.NOBODY_SAID)

    reason = forms.ChoiceField(
        choices=REASONS,
        error_messages={"required": "Say why it did not come to be."},
    )
    note = LineField(max_length=300, required=False)


class AgentDropForm(DropForm):
    """The same by the agent who accepted: they were there."""

    REASONS = tuple(each for each in DropForm.REASONS if each[0] != DropReason.AGENT_GONE)

    reason = forms.ChoiceField(choices=REASONS)


class ReasonForm(forms.Form):
    """A reason that people are told."""

    reason = LineField(max_length=300, error_messages={"required": "Give a reason: the others read it."})


class EndForm(ReasonForm):
    """Why a handoff ends early, and whether it is on the agent's account: then it counts in their share."""

    is_agents_doing = forms.BooleanField(required=False)


class ReassignForm(forms.Form):
    """Who takes over."""

    def __init__(self, *args: Any, team: Team, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["agent"] = AgentField(team=team)


class OverrideCheckForm(ReasonForm):
    """A check that a team lead lets pass, and why."""

    check_name = LineField(max_length=40)


class FeedForm(forms.Form):
    """The secret address of a calendar. It is a secret on this page too, so it is never given back."""

    address = LineField(
        max_length=2000,
        label="Secret address (iCal or ICS)",
        error_messages={"required": "Paste the address first."},
        help_text="It begins with https:// or webcal://. It is kept encrypted and never shown again.",
        widget=forms.TextInput(attrs={"autocomplete": "off", "spellcheck": "false", "inputmode": "url"}),
    )

    helper = helper("address")

    def without_address(self) -> FeedForm:
        """Return the form with its errors, but without what was typed."""
        self.data = {}
        return self


class PassForm(forms.Form):
    """Why an agent lets a ring go to the next one."""

    REASONS = PassReason.choices

    reason = forms.ChoiceField(choices=REASONS)
    note = LineField(required=False, max_length=200)
