"""Fields that read what people type while they talk: “450k”, “1:13”, a number in any format."""

from __future__ import annotations

import re
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from leads.amounts import whole_amount
from leads.phones import BadPhone, read_phone
from teams.templatetags.look import phone_words
from teams.text import LineField

HIGHEST_PRICE = 2_000_000_000  # whole units; what the column holds
MOST_DECIMALS, MOST_DECIMALS_OF_UNITS = 2, 3  # 5,000.75 has cents; 1.275M has thousands
LONGEST_CALL = 24 * 3600  # seconds

_SYMBOL = r"[$\u00a2-\u00a5\u20a0-\u20c0]"  # of a currency, as Unicode has them
_CODE = "USD|CAD|AUD|NZD|EUR|GBP|CHF|MXN"  # no other word: "min 50" is no amount
_MARK = rf"(?:(?:{_CODE}|[A-Z]{{0,2}}{_SYMBOL}) ?)?"
_MINUS = r"[\-\u2212\u2013]"  # as typed, and as tables and phones write it
_AMOUNT = re.compile(
    rf"^{_MARK}(?P<minus>{_MINUS} ?{_MARK})?(?P<figures>\d[\d., ']{{0,20}}|\.\d{{1,3}})(?P<unit>k|m|mm)?$",
    re.IGNORECASE | re.ASCII,
)
_FIGURES = re.compile(r"(?P<whole>\d{1,3}([, ']\d{3})+|\d*)(\.(?P<part>\d+))?", re.ASCII)
_UNITS = {"": 1, "k": 1_000, "m": 1_000_000, "mm": 1_000_000}
_CLOCK = re.compile(r"^(?:(?:(?P<hours>\d{1,2}):)?(?P<minutes>\d{1,3}):)?(?P<seconds>\d{1,5})$", re.ASCII)


class ExactField(LineField):
    """What every field of an amount shares: it is read as people write it, and not rounded."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Enter an amount, such as 12,000 or 12k.",
        "too_fine": "Enter at most two decimals, such as 5,000.75.",
    }

    def exact(self, value: Any) -> Decimal | None:
        """Return the amount, below zero with a minus in front, or None when nothing was typed."""
        text = super().clean(value)
        try:
            return _exact(text) if text else None
        except ValueError as wrong:
            raise self.refusal(str(wrong)) from wrong

    def refusal(self, code: str) -> ValidationError:
        """Return what is raised to say what is wrong."""
        return ValidationError(self.error_messages[code], code=code)


class MoneyField(ExactField):
    """A price in whole units of a currency: "450000", "$450,000", "450k" and "1.2M" are understood, cents rounded."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Enter a price, such as 450,000 or 450k.",
        "too_fine": "Enter at most two decimals, such as 5,000.75. It is kept without cents.",
        "too_large": "This is more than any home costs.",
    }

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # a text field that cleans to a number
        """Return the amount, or None when nothing was typed."""
        exact = self.exact(value)
        if exact is None:
            return None
        if exact < 0:
            raise self.refusal("invalid")
        amount = whole_amount(exact)
        if amount > HIGHEST_PRICE:
            raise self.refusal("too_large")
        return amount

    def prepare_value(self, value: Any) -> Any:
        """Show 450000 as people write it."""
        return f"{value:,}" if isinstance(value, int) else value


class AmountField(MoneyField):
    """Money that is no price: a commission, a cost, a goal."""

    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid": "Enter an amount, such as 12,000 or 12k.",
        "too_large": "This amount is too large.",
    }


class PercentField(forms.DecimalField):
    """A percentage of at most three decimals, from 0 to ``most``."""

    def __init__(self, *, most: int, **kwargs: Any) -> None:
        words = dict.fromkeys(("min_value", "max_value"), f"Enter a percentage from 0 to {most}.")
        super().__init__(decimal_places=3, min_value=0, max_value=most, error_messages=words, **kwargs)


def _exact(text: str) -> Decimal:
    """Read "$2,800.50", "3k" or "-50". Raises ValueError with the code of the message that says what is wrong."""
    found = _AMOUNT.match(text)
    figures = _FIGURES.fullmatch(found["figures"].strip()) if found else None
    if found is None or figures is None:
        raise ValueError("invalid")
    unit, part = (found["unit"] or "").lower(), figures["part"] or ""
    if len(part) > (MOST_DECIMALS_OF_UNITS if unit else MOST_DECIMALS):
        raise ValueError("too_fine")
    whole = re.sub(r"\D", "", figures["whole"])
    amount = Decimal(f"{whole or 0}.{part or 0}") * _UNITS[unit]
    return -amount if found["minus"] else amount


class SecondField(LineField):
    """A moment of a recording, typed as "73", "1:13" or "1:02:03", kept as seconds."""

    def clean(self, value: Any) -> int | None:  # type: ignore[override]  # a text field that cleans to a number
        """Return the second, or None when nothing was typed."""
        text = super().clean(value)
        if not text:
            return None
        found = _CLOCK.match(text)
        if found is None:
            raise ValidationError("Enter minutes and seconds, such as 1:13.", code="invalid")
        second = int(found["hours"] or 0) * 3600 + int(found["minutes"] or 0) * 60 + int(found["seconds"])
        if second > LONGEST_CALL:
            raise ValidationError("No call is that long.", code="too_large")
        return second

    def prepare_value(self, value: Any) -> Any:
        """Show 73 as 1:13."""
        if not isinstance(value, int):
            return value
        minutes, seconds = divmod(value, 60)
        return f"{minutes}:{seconds:02}"


class PhoneField(LineField):
    """A phone number in any format, cleaned to E.164 as dialled in the team's country."""

    LONGEST = 40  # characters, as typed

    def __init__(self, *, country: str, **kwargs: Any) -> None:
        super().__init__(
            max_length=self.LONGEST,
            widget=forms.TextInput(attrs={"type": "tel", "autocomplete": "off", "placeholder": "(512) 555-0123"}),
            **kwargs,
        )
        self.country = country

    def clean(self, value: Any) -> str:
        """Return the number, E.164."""
        text = super().clean(value)
        if not text:
            return ""
        try:
            return read_phone(text, country=self.country)
        except BadPhone as error:
            raise ValidationError(str(error), code="invalid") from error

    def prepare_value(self, value: Any) -> Any:
        """Show a number as people read it."""
        return phone_words(value) if value else value


class AddressField(LineField):
    """An email address, in lower case: it names one mailbox however it is typed."""

    def __init__(self, **kwargs: Any) -> None:
        super().__init__(
            max_length=254,
            widget=forms.EmailInput(attrs={"autocomplete": "off"}),
            **kwargs,
        )

    def clean(self, value: Any) -> str:
        """Return the address."""
        address = super().clean(value).lower()
        if address:
            forms.EmailField().clean(address)
        return address
