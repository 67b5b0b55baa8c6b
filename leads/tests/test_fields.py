import pytest
from django.core.exceptions import ValidationError

from leads.forms.fields import AmountField, MoneyField, SecondField

HOSTILE = ["abc", "-5", "1.2.3", "k", "1e9", "٤٥٠", "9" * 30, "450\x00", "450\n000", "<script>", "1,2,3", "$", "45k0"]


@pytest.mark.parametrize(
    ("typed", "amount"),
    [
        ("450000", 450_000),
        ("450,000", 450_000),
        ("$450,000", 450_000),
        ("450 000", 450_000),
        ("USD 450,000", 450_000),
        ("eur450000", 450_000),
        ("US$ 450k", 450_000),
        ("A$450k", 450_000),
        ("\u20ac 450k", 450_000),
        ("450k", 450_000),
        ("450 K", 450_000),
        ("1.2M", 1_200_000),
        (".5m", 500_000),
        ("1.25 mm", 1_250_000),
        ("1.275M", 1_275_000),
        ("20,000.50", 20_001),
        ("5000.75", 5_001),
        ("$5 000.49", 5_000),
        ("12.5", 13),
        ("0.4", 0),
        ("0", 0),
        ("", None),
        ("  ", None),
    ],
)
def test_prices_are_read_as_people_type_them(typed, amount):
    assert MoneyField(required=False).clean(typed) == amount


@pytest.mark.parametrize(
    "typed", [*HOSTILE, "3b", "5000m", "\u22125", "\u20135", "-$5", "$-5", "l50", "I500", "min 50", "\uff150"]
)
def test_what_is_no_price_is_refused(typed):
    with pytest.raises(ValidationError):
        MoneyField(required=False, max_length=30).clean(typed)


@pytest.mark.parametrize("typed", ["12.345", "20,000.500", "1.2345k"])
@pytest.mark.parametrize("field", [MoneyField(), AmountField()])
def test_more_than_cents_is_refused_with_what_to_enter(field, typed):
    with pytest.raises(ValidationError, match="at most two decimals"):
        field.clean(typed)


@pytest.mark.parametrize(
    ("typed", "second"), [("73", 73), ("1:13", 73), ("0:07", 7), ("1:02:03", 3723), ("90:00", 5400), ("", None)]
)
def test_a_moment_of_the_recording_is_read_as_players_show_it(typed, second):
    assert SecondField(required=False).clean(typed) == second


@pytest.mark.parametrize("typed", [*HOSTILE, "1:2:3:4", ":", "99999", "25:00:00"])
def test_what_is_no_moment_is_refused(typed):
    with pytest.raises(ValidationError):
        SecondField(required=False, max_length=8).clean(typed)


def test_a_price_is_shown_as_people_write_it():
    assert MoneyField().prepare_value(450_000) == "450,000"
    assert SecondField().prepare_value(73) == "1:13"
