"""The six letters as a form. No field is required: what is missing is the gate's business."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django import forms

from leads.answers import FIELDS
from leads.forms.fields import MoneyField, SecondField
from leads.models import Lpmama
from leads.models.lpmama import Letter, Mortgage, OtherAgent, Side, Timeframe
from teams.models import Area, Team
from teams.text import LineField, TextField


def _one_of(choices: type[Any]) -> forms.ChoiceField:
    return forms.ChoiceField(choices=choices.choices, required=False, widget=forms.RadioSelect)


def _price(placeholder: str = "") -> MoneyField:
    return MoneyField(
        required=False,
        max_length=30,
        widget=forms.TextInput(attrs={"inputmode": "text", "placeholder": placeholder, "autocomplete": "off"}),
    )


def _second() -> SecondField:
    return SecondField(
        required=False,
        max_length=8,
        widget=forms.TextInput(attrs={"placeholder": "0:00", "inputmode": "numeric", "autocomplete": "off"}),
    )


def _line(length: int, placeholder: str = "") -> LineField:
    attrs = {"placeholder": placeholder, "autocomplete": "off"}
    return LineField(required=False, max_length=length, widget=forms.TextInput(attrs=attrs))


def _text(length: int, placeholder: str = "") -> TextField:
    attrs = {"rows": 2, "placeholder": placeholder}
    return TextField(required=False, max_length=length, widget=forms.Textarea(attrs=attrs))


class AnswersForm(forms.Form):
    """Every answer; ``changed`` in the view picks those that the page says were touched."""

    side = _one_of(Side)
    areas = forms.ModelMultipleChoiceField(
        queryset=Area.objects.none(), required=False, widget=forms.CheckboxSelectMultiple
    )
    location_text = _line(300, "Streets, schools, “near the lake”")
    location_second = _second()
    price_min = _price("350k")
    price_max = _price("450k")
    price_expected = _price("520k")
    price_second = _second()
    motivation = _text(1000, "New job downtown, growing family, lease ends in March…")
    motivation_declined = forms.BooleanField(required=False)
    timeframe = _one_of(Timeframe)
    motivation_second = _second()
    other_agent = _one_of(OtherAgent)
    other_agent_name = _line(120, "Name or office")
    agent_second = _second()
    mortgage = _one_of(Mortgage)
    mortgage_lender = _line(120, "First Example Bank")
    mortgage_amount = _price("460k")
    mortgage_on = forms.DateField(required=False, widget=forms.DateInput(attrs={"type": "date"}, format="%Y-%m-%d"))
    mortgage_second = _second()
    appointment_wish = _line(200, "Weekday evenings, Saturday morning…")
    bedrooms = forms.IntegerField(required=False, min_value=0, max_value=99)
    needs = _text(1000, "Yard for the dog, no stairs, garage")
    household = _line(300, "Who else decides? Their name, who they are")

    def __init__(self, *args: Any, team: Team, areas: Sequence[Area] | None = None, **kwargs: Any) -> None:
        """``areas``: the team's, when they have been read already; they are drawn without another query."""
        super().__init__(*args, **kwargs)
        field: forms.ModelMultipleChoiceField[Area] = self.fields["areas"]  # type: ignore[assignment]
        field.queryset = Area.objects.filter(team=team)
        if areas is not None:
            field.choices = [(area.pk, area.name) for area in areas]
        self._dress()

    def _dress(self) -> None:
        for name, field in self.fields.items():
            if isinstance(field.widget, forms.TextInput | forms.NumberInput | forms.Textarea):
                field.widget.attrs["class"] = "form-control"
            if name.endswith("_second") or name == "appointment_wish":
                field.widget.attrs["aria-describedby"] = f"{name}-help"


def initial_of(answers: Lpmama) -> dict[str, Any]:
    """What the form shows of the answers so far."""
    names = {name for fields in FIELDS.values() for name in fields} | {"bedrooms", "needs", "household"}
    return {name: getattr(answers, name) for name in names - {"areas"}} | {
        "areas": [area.pk for area in answers.areas.all()]
    }


def letter_of(name: str) -> Letter | None:
    """The letter that a field belongs to; needs belong to none."""
    return next((letter for letter, fields in FIELDS.items() if name in fields), None)
