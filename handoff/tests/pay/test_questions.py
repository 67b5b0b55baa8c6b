"""What an ISA asks about their pay, and what is answered."""

from __future__ import annotations

import pytest

from handoff.models import Dispute, Entry
from handoff.pay.approving import PayRefused
from handoff.pay.disputes import answer, raise_dispute
from handoff.tests.pay.ground import (
    OCTOBER,
    SEPTEMBER,
    on,
)
from handoff.tests.pay.ground import TWENTIETH as NOW
from leads.models import Task
from notifications.models import InboxItem
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def asked(place, **more):
    said = {"month": OCTOBER, "entry": None, "note": "There were three", "actor": place.isa} | more
    return raise_dispute(isa=place.isa, at=NOW, **said)


def test_a_question_is_a_task_of_every_team_lead_until_it_is_answered(place):
    people.lead(place.team)
    dispute = asked(place)

    tasks = Task.objects.filter(kind="pay_disputed")
    assert tasks.open().count() == 2
    assert tasks[0].link == f"/pay/questions/{dispute.pk}/"

    answer(dispute=dispute, amount=3_000, words="You are right", actor=place.boss, at=NOW)

    assert tasks.open().count() == 0
    assert place.total(OCTOBER) == 303_000
    told = InboxItem.objects.filter(membership=place.isa, kind="pay_answered").get()
    assert (told.title, told.body) == ("Your question about October 2026 was put right", "You are right")


def test_declined_it_says_why_and_changes_nothing(place):
    dispute = answer(dispute=asked(place), amount=0, words="Two came", actor=place.boss, at=NOW)

    assert (dispute.is_upheld, dispute.answer, dispute.adjustment) == (False, "Two came", None)
    assert place.total(OCTOBER) == 300_000
    with pytest.raises(PayRefused, match="just answered"):
        answer(dispute=dispute, amount=1, words="No", actor=place.boss, at=NOW)


def test_a_month_with_an_open_question_is_not_approved(place):
    place.approve(SEPTEMBER)
    dispute = asked(place)

    with pytest.raises(PayRefused, match="Answer first"):
        place.approve(OCTOBER)
    answer(dispute=dispute, amount=0, words="Two came", actor=place.boss, at=NOW)
    assert place.approve(OCTOBER)


def test_an_approved_month_can_be_asked_about_and_is_put_right_in_the_next(place):
    place.approve(SEPTEMBER)

    answer(dispute=asked(place, month=SEPTEMBER), amount=500, words="Right", actor=place.boss, at=NOW)

    assert (place.total(SEPTEMBER), place.total(OCTOBER)) == (300_000, 300_500)


def test_the_statement_says_all_of_an_answer_and_of_which_case_it_is(place):
    entry = Entry.objects.get(handoff=place.met(on(5, 10)))
    place.approve(SEPTEMBER)
    place.approve(OCTOBER)
    words = "You are right. " * 66

    dispute = answer(dispute=asked(place, entry=entry), amount=500, words=words, actor=place.boss, at=NOW)

    assert words.strip() in dispute.adjustment.why
    assert (dispute.adjustment.case, dispute.adjustment.handoff) == (entry.handoff, None)


def test_the_same_is_not_asked_twice_and_only_by_whose_pay_it_is(place):
    handoff = place.met(on(5, 10))
    entry = Entry.objects.get(handoff=handoff)
    asked(place, entry=entry)
    asked(place)
    for wrong in ({"entry": entry}, {}, {"actor": place.boss}, {"month": SEPTEMBER, "entry": entry}):
        with pytest.raises(PayRefused):
            asked(place, **wrong)
    assert Dispute.objects.count() == 2
