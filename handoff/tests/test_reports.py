"""Which answers belong together."""

from decimal import Decimal

import pytest

from handoff.models import Outcome
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.outcomes import stages_after
from handoff.reports import InvalidOutcome, Report, checked
from handoff.words import commission_words, said_of
from leads.states import MOVES, Stage

SHOWED = {"showed": "yes", "is_good": True}


@pytest.mark.parametrize(
    ("answers", "field"),
    [
        ({}, "showed"),
        ({"showed": "perhaps"}, "showed"),
        (SHOWED | {"price": -1}, "price"),
        (SHOWED | {"price": 2_000_000_001}, "price"),
        (SHOWED | {"commission_amount": -5}, "commission_amount"),
        (SHOWED | {"commission_percent": Decimal("25.001")}, "commission_percent"),
        (SHOWED | {"commission_percent": Decimal(-1)}, "commission_percent"),
        (SHOWED | {"commission_percent": Decimal(3), "commission_amount": 9000}, "commission_amount"),
        (SHOWED | {"stage": "closed"}, "stage"),
        (SHOWED | {"stage": "nowhere"}, "stage"),
        ({"showed": "no", "stage": "met"}, "stage"),
    ],
)
def test_what_makes_no_sense_is_named_by_its_field(answers, field):
    with pytest.raises(InvalidOutcome) as refused:
        checked(answers)
    assert list(refused.value.errors) == [field]


def test_several_things_that_are_wrong_are_all_named():
    with pytest.raises(InvalidOutcome) as refused:
        checked({"showed": "yes", "is_good": False, "price": -1, "note": "x" * 1001})
    assert set(refused.value.errors) == {"reason", "price", "note"}


def test_a_no_show_keeps_no_commission_and_a_moved_meeting_neither_stage_nor_verdict():
    missed = checked({"showed": "no", "commission_percent": Decimal(3), "price": 400_000, "reason": "price"})
    moved = checked({"showed": "moved", "is_good": True, "stage": "signed", "next_step": "nurture", "note": " Ill "})

    assert missed == Report(Showed.NO, next_step=NextStep.REBOOK, price=400_000)
    assert moved == Report(Showed.MOVED, next_step=NextStep.REBOOK, note="Ill")


@pytest.mark.parametrize(
    ("report", "stages"),
    [
        (Report(Showed.YES, is_good=True), [Stage.MET]),
        (Report(Showed.YES, is_good=True, next_step=NextStep.SIGNED), [Stage.MET, Stage.SIGNED]),
        (Report(Showed.YES, is_good=True, next_step=NextStep.NURTURE), [Stage.MET, Stage.NURTURE]),
        (Report(Showed.YES, is_good=True, stage=Stage.MET, next_step=NextStep.SIGNED), [Stage.MET]),
        (Report(Showed.YES, is_good=True, stage=Stage.UNDER_CONTRACT), [Stage.MET, Stage.UNDER_CONTRACT]),
        (Report(Showed.YES, is_good=False, reason=Reason.OTHER, stage=Stage.LOST), [Stage.MET, Stage.LOST]),
        (Report(Showed.NO, next_step=NextStep.NURTURE), [Stage.NO_SHOW]),
        (Report(Showed.NO, stage=Stage.LOST), [Stage.NO_SHOW, Stage.LOST]),
        (Report(Showed.MOVED), [Stage.QUALIFIED]),
    ],
)
def test_the_stage_is_the_one_that_was_named_or_what_the_next_step_means(report, stages):
    assert stages_after(report) == stages
    for start in (Stage.APPOINTMENT_SET, Stage.HANDED_OFF):
        here = start
        for stage in stages:
            assert stage in MOVES[here], (here, stage)
            here = stage


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, ""),
        ({"commission_amount": 12_000}, "$12,000"),
        ({"commission_percent": Decimal("2.500")}, "2.5%"),
        ({"commission_percent": Decimal("3.000"), "price": 450_000}, "$13,500 (3%)"),
        ({"commission_percent": Decimal(10), "price": 0}, "$0 (10%)"),
    ],
)
def test_the_commission_in_words(said, words):
    assert commission_words(Outcome(showed="yes", currency="USD", **said)) == words


def test_a_price_of_nothing_is_said_and_one_that_nobody_named_is_not():
    assert ("Real budget or price", "$0") in said_of(Outcome(showed="yes", currency="USD", price=0))
    assert ("Real budget or price", "") in said_of(Outcome(showed="yes", currency="USD"))
