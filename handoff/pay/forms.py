"""What is entered of pay: shape only. Amounts are kept as cents."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar
from uuid import uuid4

from crispy_forms.helper import FormHelper
from django import forms
from django.core.exceptions import ValidationError
from django.core.validators import MinValueValidator

from handoff.models import PlanVersion
from handoff.models.pay import LONGEST_WINDOW
from handoff.months import month_words
from handoff.pay.adjusting import LONGEST_WHY, MOST
from handoff.pay.money import cents_of, money, units_of
from handoff.pay.plans import Terms
from handoff.templatetags.pay_money import percent as in_percent
from leads.forms.fields import ExactField, PercentField
from teams.forms.layout import helper, row
from teams.text import LineField, TextField

LONGEST_NOTE = 1000
MOST_PERCENT = 99  # the column holds less than a hundred
MONTHS_BACK = (1, 3, 6, 12)


class CentsField(ExactField):
    """An amount of money, typed as "2,800", "$2,800.50" or "3k", cleaned to cents; None when nothing was typed."""

    widget = forms.TextInput(attrs={"inputmode": "decimal", "autocomplete": "off"})
    least, most = Decimal(0), Decimal("9999999.99")
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Enter an amount, such as 2,800 or 2,800.50.",
        "too_fine": "Enter at most two decimals, such as 2,800.50.",
    }

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # a text field that cleans to a number
        """Return cents."""
        amount = self.exact(value)
        if amount is None:
            return None
        if not self.least <= amount <= self.most:
            raise ValidationError(f"Enter an amount from {_shown(self.least)} to {_shown(self.most)}.", code="range")
        return cents_of(amount)

    def prepare_value(self, value: Any) -> Any:
        """Show 280000 as 2,800.00."""
        return f"{units_of(value):,.2f}" if isinstance(value, int) else value


def _shown(amount: Decimal) -> str:
    return f"{amount:,.2f}".removesuffix(".00")


class ByHandField(CentsField):
    """An amount that a team lead enters, below zero to take it off."""

    widget = forms.TextInput(attrs={"inputmode": "text", "autocomplete": "off"})  # a phone's decimals have no minus
    least, most = -units_of(MOST), units_of(MOST)
    default_error_messages: ClassVar[dict[str, Any]] = {"zero": "Enter an amount that is not zero."}

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # as above
        """Return cents; zero is a slip."""
        cents = super().clean(value)
        if cents == 0:
            raise self.refusal("zero")
        return cents


class TermsForm(forms.Form):
    """What a plan pays."""

    base = CentsField(required=False, label="Base salary a month")
    bonus = CentsField(required=False, label="Bonus for each held appointment")
    bonus_cap = CentsField(required=False, label="Bonuses of a month at most", help_text="Empty: no cap.")
    percent = PercentField(
        most=MOST_PERCENT,
        required=False,
        label="Percent of the commission on a closing",
        help_text="Usual is 5 to 10; 0 for none.",
    )
    closing_cap = CentsField(required=False, label="Closings of a month at most", help_text="Empty: no cap.")
    clawback_days = forms.IntegerField(
        min_value=0,
        max_value=LONGEST_WINDOW,
        error_messages=dict.fromkeys(
            ("invalid", "min_value", "max_value"), f"Enter a number of days from 0 to {LONGEST_WINDOW}."
        ),
        label="Days in which pay can be taken back",
        help_text="When a report is corrected to a no-show, or a closing is undone. After that, what was paid stays.",
    )

    @property
    def terms(self) -> Terms:
        """What was said, once it is valid."""
        said = self.cleaned_data
        return Terms(
            base=said["base"] or 0,
            bonus=said["bonus"] or 0,
            bonus_cap=said["bonus_cap"],
            percent=said["percent"] or Decimal(0),
            closing_cap=said["closing_cap"],
            clawback_days=said["clawback_days"],
        )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper(*_ROWS)


_ROWS = ("base", row("bonus", "bonus_cap"), row("percent", "closing_cap"), "clawback_days")


def terms_of(plan: PlanVersion | None) -> dict[str, Any]:
    """Return a plan as a form begins with it; without one, as an empty form does."""
    if plan is None:
        return {"clawback_days": Terms().clawback_days}
    said = {name: getattr(plan, name) for name in Terms.__slots__}
    return said | {"percent": f"{plan.percent.normalize():f}" if plan.percent else ""}


class FromMonthForm(forms.Form):
    """Since when somebody is paid by the team's plan again."""

    from_month = forms.TypedChoiceField(coerce=date.fromisoformat, label="From")

    def __init__(self, *args: Any, months: Sequence[date], **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        field = self.fields["from_month"]
        field.choices = [(month.isoformat(), month_words(month)) for month in months]  # type: ignore[attr-defined]
        field.error_messages["invalid_choice"] = (
            f"Choose a month from {month_words(months[0])} to {month_words(months[-1])}: what was earned before is "
            "entered by the plan of then, and stays so."
        )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("from_month")


class PlanForm(FromMonthForm, TermsForm):
    """A plan, and since when. It begins as ``was``, the latest."""

    pays_nothing = forms.BooleanField(required=False, label="From then on nothing is paid")

    def __init__(self, *args: Any, was: PlanVersion | None, initial: dict[str, Any], **kwargs: Any) -> None:
        super().__init__(*args, initial=terms_of(was) | initial, **kwargs)
        self.was = was
        self.fields["from_month"].help_text = (
            "Months before it keep the plan that they had. For a month that is over choose with care: once what was "
            "earned in it is entered, no other plan can start there."
        )

    def clean(self) -> dict[str, Any]:
        """Refuse what was paid until now and is left empty: nobody loses their salary by a slip."""
        said = super().clean() or {}
        if (was := self.was) is None:
            return said
        for name in ("base", "bonus", "percent"):
            paid = getattr(was, name)
            if paid and said.get(name, paid) is None:
                what = "percentage" if name == "percent" else "amount"
                words = in_percent(paid) if name == "percent" else money(paid, was.currency)
                self.add_error(name, f"Enter the {what}, or 0 for none: it has been {words}.")
        return said

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("from_month", *_ROWS, *(["pays_nothing"] if self.has_error("pays_nothing") else []))


class WhatIfForm(TermsForm):
    """Another plan, and how far back."""

    months = forms.TypedChoiceField(
        choices=[(number, f"the last {number} months" if number > 1 else "last month") for number in MONTHS_BACK],
        coerce=int,
        initial=3,
        label="Count",
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("months", *_ROWS)


class UntilForm(forms.Form):
    """Up to which month a list goes, as the address says it."""

    until = forms.DateField(required=False, input_formats=["%Y-%m"], validators=[MinValueValidator(date(2000, 1, 1))])


class AboutForm(forms.Form):
    """Which entry is meant, as the address says it."""

    entry = forms.IntegerField(min_value=1, max_value=2**62)


class ApproveForm(forms.Form):
    """The total that was looked at, in cents."""

    seen = forms.IntegerField(min_value=-(2**62), max_value=2**62)


class AdjustForm(forms.Form):
    """An amount by hand."""

    amount = ByHandField(label="Amount", help_text="With a minus in front to take it off.")
    why = LineField(max_length=LONGEST_WHY, label="Why?", help_text="It stands on the statement.")
    once = forms.UUIDField(widget=forms.HiddenInput)
    is_meant = forms.BooleanField(required=False, label="Enter it once more")

    def __init__(self, *args: Any, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.initial.setdefault("once", uuid4())

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("amount", "why", "once", *(["is_meant"] if self.has_error("is_meant") else []))


class NoteField(TextField):
    """What people write about pay. The browser is told no limit: it would cut what is pasted, without a word."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"max_length": f"Write at most {LONGEST_NOTE:,} characters: this has %(show_value)d."}
        super().__init__(max_length=LONGEST_NOTE, error_messages=words, **kwargs)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """Leave out the limit."""
        return {name: value for name, value in super().widget_attrs(widget).items() if name != "maxlength"}


class NoteForm(forms.Form):
    """What seems to be wrong."""

    note = NoteField(label="What seems to be wrong?")

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("note")


class AnswerForm(forms.Form):
    """The answer to it: with an amount it is put right, without one the words are all."""

    words = NoteField(label="Your answer")
    amount = ByHandField(
        required=False,
        label="Amount that puts it right",
        error_messages={"zero": "Enter an amount that is not zero, or leave it empty."},
        help_text="Empty: nothing changes, and your answer says why. A minus takes off.",
    )

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("words", "amount")
