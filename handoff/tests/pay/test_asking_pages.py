"""The pages of a question about pay: what is refused there, and what stays of it."""

from __future__ import annotations

import pytest
from django.urls import reverse

from handoff.models import Dispute, Entry
from handoff.pay import disputes
from handoff.pay.forms import LONGEST_NOTE
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import OCTOBER
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]


@pytest.fixture
def dispute(place):
    return disputes.raise_dispute(
        isa=place.isa, month=OCTOBER, entry=None, note="There were three", actor=place.isa, at=NOW
    )


def answering(dispute) -> str:
    return reverse("handoff:pay-answer", args=[dispute.pk])


@pytest.mark.parametrize("amount", ["12.50", "", "0", "abc"])
def test_an_answer_that_comes_too_late_says_so_and_can_still_be_read(place, dispute, amount):
    first = people.lead(place.team)
    disputes.answer(dispute=dispute, amount=3_000, words="You are right", actor=first, at=NOW)

    late = signed_in(place.boss).post(answering(dispute), {"words": "It was two,\nI think", "amount": amount})

    page = late.content.decode()
    assert late.status_code == 409
    assert f"{first.user.name} answered this on" in page
    for words in ("Nothing of yours was entered", "It was two,\nI think", amount, "You are right", "$30.00"):
        assert words in page
    assert [each.amount for each in Entry.objects.all()] == [3_000]
    assert Dispute.objects.get().answer == "You are right"


def test_whoever_only_looks_at_an_answered_question_is_told_of_no_slip(place, dispute):
    disputes.answer(dispute=dispute, amount=0, words="Two came", actor=place.boss, at=NOW)

    seen = signed_in(place.boss).get(answering(dispute))

    assert seen.status_code == 200
    assert "Nothing of yours" not in seen.content.decode()


@pytest.mark.parametrize("amount", ["0", "0.00", "-0"])
def test_an_amount_of_zero_is_no_answer(place, dispute, amount):
    answer = signed_in(place.boss).post(answering(dispute), {"words": "Two came", "amount": amount})

    assert answer.status_code == 422
    assert answer.context["form"].errors == {"amount": ["Enter an amount that is not zero, or leave it empty."]}
    assert Dispute.objects.get().answered_at is None


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
