"""The pages of a question about pay: what is refused there, and what stays of it."""

from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from handoff.models import Dispute
from handoff.pay import disputes
from handoff.pay.forms import LONGEST_NOTE
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import OCTOBER, Place
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place(db):
    return Place()


@pytest.fixture
def dispute(place):
    return disputes.raise_dispute(
        isa=place.isa, month=OCTOBER, entry=None, note="There were three", actor=place.isa, at=NOW
    )


def answering(dispute) -> str:
    return reverse("handoff:pay-answer", args=[dispute.pk])


def test_a_text_that_is_too_long_is_refused_whole_and_stays(place, dispute):
    too_long = "x" * LONGEST_NOTE + "y"
    ask = reverse("handoff:pay-ask", args=[OCTOBER, place.isa.pk])

    for member, address, name in ((place.isa, ask, "note"), (place.boss, answering(dispute), "words")):
        assert "maxlength" not in signed_in(member).get(address).content.decode().partition("<textarea")[2]
        refused = signed_in(member).post(address, {name: too_long})
        assert refused.status_code == 422
        assert refused.context["form"].errors == {name: ["Write at most 1,000 characters: this has 1001."]}
        assert too_long in refused.content.decode()


def test_the_end_of_a_line_counts_once(place, dispute):
    lines = "x\r\n" * 499 + "yz"

    assert signed_in(place.boss).post(answering(dispute), {"words": lines}).status_code == 302

    assert Dispute.objects.get().answer == lines.replace("\r\n", "\n")
    assert len(lines) > LONGEST_NOTE
