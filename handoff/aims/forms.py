"""What a team lead enters of a month: what is to be reached, and what it cost."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date
from typing import Any, Final
from urllib.parse import quote, unquote

from django import forms
from django.core.exceptions import ValidationError

from handoff.aims.spending import Costs
from handoff.filters import wrong_words
from handoff.models.aims import Aim
from handoff.months import before, month_of
from leads.forms.fields import AmountField
from teams.forms.layout import helper, row
from teams.models import Membership
from teams.text import LineField

BACK: Final = 36  # months before this one that can be chosen
MOST: Final = 2_000_000_000  # what the column holds
LONGEST: Final = 60  # characters of a source


class Chosen(forms.Form):
    """Whose goals and which month's costs the page is of, as the address says it."""

    whose = forms.ModelChoiceField(queryset=Membership.objects.none(), required=False, empty_label="The whole team")
    month = forms.TypedChoiceField(required=False, coerce=date.fromisoformat, empty_value=None)

    def __init__(self, *args: Any, people: Any, today: date, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        whose, month = self.fields["whose"], self.fields["month"]
        assert isinstance(whose, forms.ModelChoiceField)  # noqa: S101 - declared above
        assert isinstance(month, forms.TypedChoiceField)  # noqa: S101 - declared above
        whose.queryset = people
        whose.widget.attrs["class"] = "form-select"
        self.this = month_of(today)
        months = [before(self.this, back) for back in range(BACK + 1)]
        month.choices = [(each.isoformat(), f"{each:%B %Y}") for each in months]

    @property
    def wrong(self) -> list[str]:
        """What cannot be shown as it was asked, field by field."""
        return wrong_words(self)

    @property
    def person(self) -> Membership | None:
        """Whose goals; None for the team's."""
        return self.cleaned_data.get("whose")

    @property
    def month_chosen(self) -> date:
        """Which month's costs: this one unless chosen."""
        return self.cleaned_data.get("month") or self.this


class GoalField(forms.IntegerField):
    """How many; whatever else is typed is answered by what can be."""

    def __init__(self, **kwargs: Any) -> None:
        words = dict.fromkeys(("invalid", "min_value", "max_value"), f"Enter a number from 0 to {MOST:,}.")
        super().__init__(min_value=0, max_value=MOST, required=False, error_messages=words, **kwargs)


class GoalsForm(forms.Form):
    """What is to be reached in each month from this one on. An empty field is no goal."""

    set = GoalField(label=Aim.SET.label)
    held = GoalField(label=Aim.HELD.label)
    good = GoalField(label=Aim.GOOD.label)
    signed = GoalField(label=Aim.SIGNED.label)
    closed = GoalField(label=Aim.CLOSED.label)
    commission = AmountField(max_length=30, required=False, label=Aim.COMMISSION.label, help_text="45,000 or 45k")

    @property
    def helper(self) -> Any:
        """How it is drawn."""
        return helper(row("set", "held"), row("good", "signed"), row("closed", "commission"))

    @property
    def goals(self) -> dict[Aim, int]:
        """What was entered."""
        return {aim: self.cleaned_data[aim.value] or 0 for aim in Aim}


class CostsForm(forms.Form):
    """What one month cost: leads of each source, and all the rest.

    A field is named after its source, and the form knows which costs it was filled in over: whoever saves what they
    looked at an hour ago is shown what somebody else has entered since.
    """

    FIELD: Final = "cost-"

    new_source = LineField(max_length=60, required=False, label="Another source")
    new_amount = AmountField(max_length=30, required=False, label="What its leads cost")
    rest = AmountField(
        max_length=30, required=False, label="Everything else", help_text="Pay of the ISAs, dialer, software."
    )
    seen = forms.CharField(max_length=64, required=False, widget=forms.HiddenInput)

    def __init__(self, data: Any = None, *, sources: Iterable[str], costs: Costs) -> None:
        said = data.copy() if data is not None else None
        self.was_seen = said.get("seen") if said is not None else None
        if said is not None:
            said["seen"] = costs.fingerprint  # what is shown again is what stands now
        super().__init__(said)
        self.now = costs
        self.fields["rest"].initial = costs.rest or None
        self.fields["seen"].initial = costs.fingerprint
        asked = {unquote(name.removeprefix(self.FIELD)) for name in said or () if name.startswith(self.FIELD)}
        names = sorted({*sources, *costs.leads, *(name for name in asked if len(name) <= LONGEST)})
        self.named = {f"{self.FIELD}{quote(name, safe='')}": name for name in names}
        for field, name in self.named.items():
            self.fields[field] = AmountField(
                max_length=30, required=False, label=name or "Source not said", initial=costs.leads.get(name)
            )
            if said is not None:  # what was not on their page yet stays as it is
                said.setdefault(field, costs.leads.get(name, ""))
        self.order_fields([*self.named, "new_source", "new_amount", "rest"])

    def clean_new_source(self) -> str:
        """Refuse what has its own field, in any spelling; "-" stands for none in addresses."""
        name: str = self.cleaned_data["new_source"]
        if name == "-":
            raise ValidationError("A source needs a name.")
        known = next((each for each in self.named.values() if each and each.casefold() == name.casefold()), "")
        if known:
            raise ValidationError(f"{known} is in the list above: change it there.")
        return name

    def clean(self) -> dict[str, Any]:
        """Ask for both of a new source, or for none; and refuse what was filled in over other costs."""
        cleaned = super().clean() or self.cleaned_data
        if not self.errors and bool(cleaned.get("new_source")) != bool(cleaned.get("new_amount")):
            raise ValidationError("Name the other source, and say what its leads cost; or leave both empty.")
        if self.was_seen and self.was_seen != self.now.fingerprint:
            raise ValidationError(
                f"Somebody has changed these costs meanwhile, to: {self.now}. Save again if yours hold."
            )
        return cleaned

    @property
    def helper(self) -> Any:
        """How it is drawn."""
        return helper(*self.named, row("new_source", "new_amount"), "rest", "seen")

    @property
    def costs(self) -> Costs:
        """What was entered."""
        said = self.cleaned_data
        leads = {name: said[field] for field, name in self.named.items() if said.get(field)}
        if said.get("new_source"):
            leads[said["new_source"]] = said["new_amount"]
        return Costs(leads, said.get("rest") or 0)
