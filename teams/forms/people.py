"""Founding a team, inviting people, accepting, changing roles, leaving."""

import re
from typing import Any

from crispy_forms.helper import FormHelper
from django import forms
from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from django.db.models import QuerySet

from teams.forms.layout import helper, row
from teams.forms.settings import COUNTRIES, CURRENCIES
from teams.invitations import Invitee
from teams.models import Membership, Role, SecondFactor, User
from teams.text import LineField, clean_line
from teams.zones import zone_choices

MOST_INVITED = 200  # at once: a larger team does it in two steps


def new_password_field(**more: Any) -> forms.CharField:
    """Return a field in which a password is chosen."""
    widget = forms.PasswordInput(attrs={"autocomplete": "new-password"})
    return forms.CharField(max_length=128, strip=False, widget=widget, **more)


class NewPassword:
    """For forms with ``password`` and whatever it must not resemble: ``name`` and an address."""

    cleaned_data: dict[str, Any]

    def check_password(self, *, email: str) -> None:
        """Refuse a password that is short, common, or like the person."""
        password = self.cleaned_data.get("password")
        if password:
            try:
                validate_password(password, User(email=email, name=self.cleaned_data.get("name", "")))
            except ValidationError as refusal:
                self.add_error("password", refusal)  # type: ignore[attr-defined]  # a form's own


class FoundingForm(NewPassword, forms.Form):
    """The first page of an installation: the team, and who leads it."""

    team_name = LineField(max_length=120, label="Team name", help_text="As clients and agents know it.")
    zone = forms.ChoiceField(choices=zone_choices, label="Time zone", initial="America/Chicago")
    country = forms.ChoiceField(choices=COUNTRIES, initial="US")
    currency = forms.ChoiceField(choices=CURRENCIES, initial="USD")
    name = LineField(max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    email = forms.EmailField(
        max_length=254, label="Your email", widget=forms.EmailInput(attrs={"autocomplete": "username"})
    )
    password = new_password_field(label="A password", help_text="At least eight characters, and nothing common.")
    code = LineField(
        required=False,
        max_length=40,
        label="Set-up code",
        widget=forms.TextInput(attrs={"autocomplete": "off", "autocapitalize": "characters"}),
        help_text="It was printed where Baton was started; “manage.py setup_code” prints it again.",
    )

    def __init__(self, *args: Any, needs_code: bool, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        if needs_code:
            self.fields["code"].required = True
        else:
            del self.fields["code"]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        code = ["code"] if "code" in self.fields else []
        return helper(*code, "team_name", "zone", row("country", "currency"), "name", "email", "password")

    def clean(self) -> dict[str, Any]:
        """Judge the password beside name and address."""
        cleaned = super().clean() or {}
        self.check_password(email=cleaned.get("email", ""))
        return cleaned


class InviteForm(forms.Form):
    """Whom to invite, one on each line, and as what."""

    people = forms.CharField(
        max_length=40_000,
        label="Email addresses, one on each line",
        widget=forms.Textarea(attrs={"rows": 3, "placeholder": "Noa Sample <noa@example.com>", "autocomplete": "off"}),
        help_text="With or without a name: “Noa Sample &lt;noa@example.com&gt;” or just “noa@example.com”.",
    )
    role = forms.ChoiceField(choices=Role.choices)

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("people", "role")

    def clean_people(self) -> list[Invitee]:
        """Return whom each line names. One bad line refuses all of it, so that nobody is invited by halves."""
        lines = [line.strip().rstrip(",;") for line in self.cleaned_data["people"].splitlines() if line.strip(" ,;\t")]
        if not lines:
            raise ValidationError("Write at least one address.")
        if len(lines) > MOST_INVITED:
            raise ValidationError(f"At most {MOST_INVITED} people at once: these are {len(lines)}.")
        invitees = [_invitee(line, number) for number, line in enumerate(lines, start=1)]
        return list({each.email.lower(): each for each in invitees}.values())


def _invitee(line: str, number: int) -> Invitee:
    """Read “Name <address>” or a bare address. Python's own reader takes much that nobody means."""
    found = re.fullmatch(r"(?P<name>[^<>@]*)<(?P<named>[^<>\s]+)>|(?P<bare>[^<>\s,;]+)", line)
    if found is None:
        raise ValidationError(f"Line {number} is not an email address: {line[:80]}")
    address = found["named"] or found["bare"]
    try:
        validate_email(address)
        name = clean_line((found["name"] or "").strip().strip('"'))
    except ValidationError:
        raise ValidationError(f"Line {number} is not an email address: {line[:80]}") from None
    if len(address) > 254 or len(name) > 120:
        raise ValidationError(f"Line {number} is too long.")
    return Invitee(email=address, name=name)


class AcceptForm(NewPassword, forms.Form):
    """Somebody new: their name, their zone, a password."""

    name = LineField(max_length=120, label="Your name", widget=forms.TextInput(attrs={"autocomplete": "name"}))
    zone = forms.ChoiceField(choices=zone_choices, label="Time zone", help_text="Times are shown to you in it.")
    password = new_password_field(label="Choose a password", help_text="At least eight characters, and nothing common.")

    def __init__(self, *args: Any, email: str, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.email = email

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("name", "zone", "password")

    def clean(self) -> dict[str, Any]:
        """Judge the password beside name and address."""
        cleaned = super().clean() or {}
        self.check_password(email=self.email)
        return cleaned


class RoleForm(forms.Form):
    """What a member is in the team."""

    role = forms.ChoiceField(choices=Role.choices)

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("role")


class SuccessorForm(forms.Form):
    """Who takes over from somebody who leaves."""

    successor = forms.ModelChoiceField(queryset=Membership.objects.none(), empty_label=None, label="Everything goes to")

    def __init__(self, *args: Any, choices: QuerySet[Membership], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.fields["successor"].queryset = choices  # type: ignore[attr-defined]

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("successor")


class SecondFactorForm(forms.Form):
    """Of whom a second step is asked."""

    second_factor = forms.ChoiceField(
        choices=SecondFactor.choices,
        label="Who has to have a second step",
        help_text="An authenticator app or a passkey. Whoever has none sets it up at their next click.",
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("second_factor")
