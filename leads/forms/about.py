"""Who a lead is: added, corrected, listed."""

from __future__ import annotations

from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.db.models import QuerySet

from leads.forms.fields import AddressField, PhoneField
from leads.stage_names import stage_choices
from leads.states import Stage
from teams.models import Membership, Role, Team
from teams.places import clean_state
from teams.text import LineField
from teams.zones import zone_choices, zone_names

LANGUAGES = (
    ("en", "English"),
    ("es", "Spanish"),
    ("zh", "Chinese"),
    ("vi", "Vietnamese"),
    ("ko", "Korean"),
    ("tl", "Tagalog"),
    ("ar", "Arabic"),
    ("fr", "French"),
    ("ru", "Russian"),
    ("pt", "Portuguese"),
    ("hi", "Hindi"),
)
#: Suggestions only: whatever a team calls its sources is right.
SOURCES = ("Website", "Portal", "Open house", "Referral", "Facebook", "Google", "Sign call")


class _LeadForm(forms.Form):
    def __init__(self, *args: Any, team: Team, focused: str = "phone", **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["phone"] = PhoneField(country=team.country)
        self.order_fields(["phone", "first_name", "last_name", "email", "source", "state"])
        for field in self.fields.values():
            is_choice = isinstance(field.widget, forms.Select)
            field.widget.attrs["class"] = "form-select" if is_choice else "form-control"
        self.fields[focused].widget.attrs["autofocus"] = True

    def clean_state(self) -> str:
        """Two letters, as USPS writes a state. One that does not exist would leave no agent licensed in it."""
        return clean_state(self.cleaned_data["state"])


class AddLeadForm(_LeadForm):
    """The least one needs to begin a call."""

    first_name = LineField(max_length=80)
    last_name = LineField(max_length=80, required=False)
    email = AddressField(required=False)
    source = LineField(max_length=60, required=False, widget=forms.TextInput(attrs={"list": "sources"}))
    state = LineField(
        max_length=2, required=False, label="State of the property", widget=forms.TextInput(attrs={"placeholder": "TX"})
    )


class EditLeadForm(AddLeadForm):
    """Everything about the person."""

    zone = forms.ChoiceField(choices=zone_choices, label="Client's time zone")
    language = forms.ChoiceField(choices=LANGUAGES)

    def __init__(self, *args: Any, focused: str = "first_name", **kwargs: Any) -> None:
        super().__init__(*args, focused=focused, **kwargs)
        spoken = self.initial.get("language", "en")
        if spoken not in dict(LANGUAGES):  # came through the API
            field: forms.ChoiceField = self.fields["language"]  # type: ignore[assignment]
            field.choices = [*LANGUAGES, (spoken, spoken)]

    def clean_zone(self) -> str:
        """A zone that this installation knows."""
        zone: str = self.cleaned_data["zone"]
        if zone not in zone_names():
            raise ValidationError("This is not a time zone.", code="invalid")
        return zone


class _MemberField(forms.ModelChoiceField[Membership]):
    def label_from_instance(self, obj: Membership) -> str:
        return str(obj.user)


class ListForm(forms.Form):
    """What the list is narrowed to. Bad values narrow nothing: a shared address must not break."""

    stage = forms.ChoiceField(choices=Stage.choices, required=False)
    owner = _MemberField(queryset=Membership.objects.none(), required=False, empty_label="Every owner")
    q = LineField(max_length=80, required=False)

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        owners: _MemberField = self.fields["owner"]  # type: ignore[assignment]
        owners.queryset = _owners(membership)
        stages: forms.ChoiceField = self.fields["stage"]  # type: ignore[assignment]
        stages.choices = [("", "Every stage"), *stage_choices(membership.team)]
        for name, field in self.fields.items():
            field.widget.attrs["class"] = "form-control" if name == "q" else "form-select"


def _owners(membership: Membership) -> QuerySet[Membership]:
    members = Membership.objects.visible_to(membership).active().select_related("user").order_by("user__name", "pk")
    return members.filter(pk=membership.pk) if membership.role == Role.AGENT else members
