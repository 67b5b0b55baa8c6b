"""A person, and how an agent is presented."""

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from phonenumber_field.formfields import PhoneNumberField

from teams.forms.layout import chips, helper, row
from teams.models import AgentProfile, Membership
from teams.places import LANGUAGES, STATES
from teams.text import CleanText, LineField
from teams.zones import zone_choices


class PersonForm(forms.Form):
    """What belongs to the person in every team."""

    name = LineField(max_length=120)
    phone = PhoneNumberField(required=False, help_text="Where alerts and clients reach you.")
    zone = forms.ChoiceField(choices=zone_choices, label="Time zone", help_text="Your hours and times are shown in it.")

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        user = membership.user
        kwargs.setdefault("initial", {"name": user.name, "phone": user.phone, "zone": user.zone})
        super().__init__(*args, **kwargs)
        self.fields["phone"].region = membership.team.country  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("name", row("phone", "zone"))

    def clean_phone(self) -> str:
        """Return the number as E.164."""
        number = self.cleaned_data["phone"]
        return str(number) if number else ""


class ProfileForm(CleanText, forms.ModelForm[AgentProfile]):
    """How an agent is presented to clients, and what routing knows of them."""

    languages = forms.MultipleChoiceField(
        choices=LANGUAGES, required=False, widget=forms.CheckboxSelectMultiple(attrs={"class": "btn-check"})
    )
    states = forms.MultipleChoiceField(
        choices=[(code, code) for code, _ in STATES],
        required=False,
        label="Licensed in",
        help_text="Leads with property elsewhere are never offered to this agent.",
        widget=forms.CheckboxSelectMultiple(attrs={"class": "btn-check"}),
    )
    video_link = forms.URLField(
        required=False, assume_scheme="https", help_text="Your own meeting room, https://…, for video appointments."
    )

    class Meta:
        model = AgentProfile
        fields = (
            "title", "line", "years", "areas", "languages", "states", "video_link", "takes_handoffs", "price_min",
            "price_max",
        )  # fmt: skip
        labels = {
            "line": "A line to say about them",
            "years": "Years in business",
            "takes_handoffs": "Takes handoffs",
            "price_min": "Homes from (price)",
            "price_max": "Up to (price)",
        }
        widgets = {
            "line": forms.TextInput,
            "areas": forms.CheckboxSelectMultiple(attrs={"class": "btn-check"}),
        }

    def __init__(self, *args: Any, membership: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["areas"].queryset = membership.team.areas.all()  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(
            "title", "line", row("years", "video_link"), row("price_min", "price_max"), chips("areas"),
            chips("languages"), chips("states"), "takes_handoffs",
        )  # fmt: skip

    def clean(self) -> dict[str, Any]:
        """A band begins below its end."""
        cleaned = super().clean() or {}
        low, high = cleaned.get("price_min"), cleaned.get("price_max")
        if low is not None and high is not None and low > high:
            self.add_error("price_max", "The upper price must not be below the lower one.")
        return cleaned

    def clean_video_link(self) -> str:
        """Only https: the link goes into invites."""
        link: str = self.cleaned_data["video_link"]
        if link and not link.startswith("https://"):
            raise forms.ValidationError("The link must begin with https://.")
        return link
