"""What is entered of a deal: shape only. Which move is legal is the verb's rule."""

from __future__ import annotations

from typing import Any

from crispy_forms.helper import FormHelper
from django import forms

from handoff.deals.moving import LONGEST_WHY, Said, moves_of
from handoff.deals.reported import Reported
from handoff.models import Deal
from handoff.reports import MOST_PERCENT
from handoff.states import DealStatus
from leads.amounts import whole_amount
from leads.forms.fields import AmountField, MoneyField, PercentField
from teams.forms.layout import helper, row
from teams.text import LineField

BACK_TO_SIGNED, ENTERED_BY_MISTAKE = "The contract fell through, still our client", "Not closed after all"
#: What a move is called, where the name of the status it leads to would not say it.
WORDS = {
    (DealStatus.UNDER_CONTRACT, DealStatus.SIGNED): BACK_TO_SIGNED,
    (DealStatus.CLOSED, DealStatus.UNDER_CONTRACT): ENTERED_BY_MISTAKE,
    (DealStatus.LOST, DealStatus.SIGNED): "Back with us",
}


class DealForm(forms.Form):
    """The next thing that became of a client, or a correction of the last."""

    to = forms.TypedChoiceField(coerce=DealStatus, widget=forms.RadioSelect, label="What happened?")
    on = forms.DateField(label="On which day?", widget=forms.DateInput(attrs={"type": "date"}))
    price = MoneyField(
        max_length=30,
        required=False,
        label="Price",
        help_text="450,000 or 450k; empty keeps what stands. Cents are rounded",
    )
    commission = AmountField(
        max_length=30,
        required=False,
        label="Commission",
        help_text="The income of the team, or a percentage. Cents are rounded",
    )
    percent = PercentField(most=MOST_PERCENT, required=False, label="Percent of the price")
    why = LineField(
        max_length=LONGEST_WHY,
        required=False,
        label="Why?",
        help_text="Asked when it was lost, goes back or is corrected. It is kept.",
    )

    def __init__(self, *args: Any, deal: Deal | None, reported: Reported, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.deal, self.reported = deal, reported
        for name, amount in reported.initial.items():
            self.initial[name], self.fields[name].help_text = amount, reported.hint
        was = DealStatus(deal.status) if deal else None
        choices = [(to.value, WORDS.get((was, to), to.label) if was else to.label) for to in moves_of(deal)]
        if was:
            choices.append((was.value, f"Still {was.label.lower()}: correct its day or amounts"))
        self.fields["to"].choices = choices  # type: ignore[attr-defined]
        if len(choices) == 1:
            self.initial.setdefault("to", choices[0][0])

    def clean(self) -> dict[str, Any]:
        """Count a percentage of the price as the amount that it is."""
        cleaned = super().clean() or self.cleaned_data
        percent, price = cleaned.get("percent"), cleaned.get("price")
        if percent is None:
            return cleaned
        if cleaned.get("commission") is not None:
            self.add_error("percent", "Give the commission as an amount or as a percentage, not both.")
            return cleaned
        price = price if price is not None else self.deal.price if self.deal else None
        if price is None:
            self.add_error("price", "Say the price, so that the percentage has an amount.")
        else:
            cleaned["commission"] = whole_amount(price * percent / 100)
        return cleaned

    @property
    def said(self) -> Said:
        """What was said, once it is valid."""
        data = self.cleaned_data
        price, commission = data["price"], data.get("commission")
        if data["to"] == DealStatus.LOST and (price, commission) == (self.reported.price, self.reported.commission):
            price = commission = None  # they only stood there: what was lost was never agreed
        return Said(data["to"], data["on"], price, commission, data["why"])

    @property
    def helper(self) -> FormHelper:
        """How it is drawn."""
        return helper("to", "on", "price", row("commission", "percent"), "why")
