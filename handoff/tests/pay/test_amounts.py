"""Amounts of pay, as people type them."""

from __future__ import annotations

from uuid import uuid4

import pytest
import time_machine
from django.core.exceptions import ValidationError
from django.urls import reverse

from handoff.models import Entry
from handoff.pay.forms import ByHandField, CentsField
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import OCTOBER, Place
from leads.tests.factories import NOW

OF_A_PLAN = "Enter an amount from 0 to 9,999,999.99."
BY_HAND = "Enter an amount from -1,000,000 to 1,000,000."
UNREADABLE = "Enter an amount, such as 2,800 or 2,800.50."
TOO_FINE = "Enter at most two decimals, such as 2,800.50."


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("2800", 280_000),
        ("2,800", 280_000),
        ("$2,800.50", 280_050),
        (" 2 800.5 ", 280_050),
        ("3k", 300_000),
        ("2.805k", 280_500),
        ("1.2M", 120_000_000),
        (".5", 50),
        ("0.01", 1),
        ("0", 0),
        ("9,999,999.99", 999_999_999),
        ("", None),
        ("  ", None),
    ],
)
def test_an_amount_is_read_as_people_type_it_to_the_cent(typed, cents):
    assert CentsField(required=False).clean(typed) == cents


@pytest.mark.parametrize(
    ("typed", "cents"),
    [
        ("-50", -5_000),
        ("\u221250", -5_000),
        ("-$50.25", -5_025),
        ("$-50", -5_000),
        ("- 1,000", -100_000),
        ("-.5", -50),
        ("1,000,000", 100_000_000),
        ("-1m", -100_000_000),
    ],
)
def test_by_hand_a_minus_takes_off(typed, cents):
    assert ByHandField().clean(typed) == cents


@pytest.mark.parametrize(
    ("field", "typed", "words"),
    [
        *[(CentsField, typed, UNREADABLE) for typed in ("1e5", "abc", "nan", "1,2,3", "--5", "9" * 40, "5-", "2800 $")],
        *[(CentsField, typed, TOO_FINE) for typed in ("2.005", "2,800.500", "1.2345k")],
        *[(CentsField, typed, OF_A_PLAN) for typed in ("10000000", "9999999.999k", "-1", "\u22120.01", "-$3k")],
        *[(ByHandField, typed, BY_HAND) for typed in ("1000000.01", "-1000000.01", "-2m", "99,999,999,999,999mm")],
        *[(ByHandField, typed, "Enter an amount that is not zero.") for typed in ("0", "0.00", "-0", "$0")],
    ],
)
def test_each_slip_is_one_sentence_that_says_what_can_be_entered(field, typed, words):
    with pytest.raises(ValidationError) as slip:
        field().clean(typed)
    assert slip.value.messages == [words]


@pytest.mark.parametrize("cents", [0, 1, 50, 280_000, 280_050, 999_999_999])
def test_what_is_shown_reads_back_the_same(cents):
    assert CentsField().clean(CentsField().prepare_value(cents)) == cents


@pytest.mark.django_db
def test_what_was_typed_stays_in_the_box_and_a_reading_is_entered():
    place = Place()
    with time_machine.travel(NOW, tick=False):
        browser, address = signed_in(place.boss), reverse("handoff:pay-adjust", args=[OCTOBER, place.isa.pk])
        said = {"why": "Broken headset", "once": str(uuid4())}

        page = browser.post(address, said | {"amount": "2.8 grand"}).content.decode()
        assert 'value="2.8 grand"' in page
        assert UNREADABLE in page
        assert browser.post(address, said | {"amount": "\u2212$2.5k"}).status_code == 302

    assert Entry.objects.get().amount == -250_000
