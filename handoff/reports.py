"""What may be said of how a handoff went: which answers belong together, and which contradict each other."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from decimal import Decimal
from typing import Any, Final, Self, TypedDict

from handoff.models.outcomes import Answers, NextStep, Reason, Showed
from leads.states import Stage

#: Steps that only follow a meeting that took place.
AFTER_MEETING: Final = (NextStep.SIGNED, NextStep.SHOWINGS)
#: Where a lead can be said to be, by how it went. Elsewhere it gets by other doors than an outcome.
STAGES_AFTER: Final[Mapping[Showed, tuple[Stage, ...]]] = {
    Showed.YES: (Stage.MET, Stage.SIGNED, Stage.UNDER_CONTRACT, Stage.NURTURE, Stage.LOST),
    Showed.NO: (Stage.NO_SHOW, Stage.NURTURE, Stage.LOST),
    Showed.MOVED: (),
}
LONGEST_NOTE: Final = 1000
MOST_PERCENT: Final = 25
DEAREST: Final = 2_000_000_000


class InvalidOutcome(Exception):
    """Answers are missing or contradict each other; ``errors`` says what is wrong with each field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {' '.join(said)}" for name, said in self.errors.items()))


class Said(TypedDict, total=False):
    """The answers by their names. Money is in whole units of the team's currency, the percentage of the price."""

    showed: str
    is_good: bool | None
    reason: str
    next_step: str
    stage: str
    note: str
    price: int | None
    commission_amount: int | None
    commission_percent: Decimal | None


@dataclass(frozen=True, slots=True)
class Report:
    """Answers that fit together."""

    showed: Showed
    is_good: bool | None = None
    reason: str = ""
    next_step: str = ""
    stage: str = ""
    note: str = ""
    price: int | None = None
    commission_amount: int | None = None
    commission_percent: Decimal | None = None

    @classmethod
    def of(cls, answers: Answers) -> Self:
        """Return what a row says."""
        said = {name: getattr(answers, name) for name in cls.__dataclass_fields__}
        return cls(**{**said, "showed": Showed(answers.showed)})

    def fields(self, *, currency: str) -> dict[str, Any]:
        """Return the fields of ``Answers`` that say this."""
        has_money = any(amount is not None for amount in (self.price, self.commission_amount, self.commission_percent))
        return {**asdict(self), "currency": currency if has_money else ""}


def checked(said: Said) -> Report:
    """Return the answers, without those to questions that were not asked. Raises InvalidOutcome."""
    report = Report(**{**said, "showed": said.get("showed", ""), "note": said.get("note", "").strip()})  # type: ignore[arg-type]  # looked at below
    if errors := {**_wrong_words(report), **_wrong_choices(report), **_wrong_money(report)}:
        raise InvalidOutcome(errors)
    did_show = report.showed == Showed.YES
    is_bad = did_show and report.is_good is False
    return Report(
        showed=Showed(report.showed),
        is_good=report.is_good if did_show else None,
        reason=report.reason if is_bad else "",
        next_step=NextStep.REBOOK if report.showed == Showed.MOVED else _next_step(report),
        stage="" if report.showed == Showed.MOVED else report.stage,
        note=report.note,
        price=report.price,
        commission_amount=report.commission_amount if did_show else None,
        commission_percent=report.commission_percent if did_show else None,
    )


def _next_step(report: Report) -> str:
    return report.next_step or (NextStep.REBOOK if report.showed == Showed.NO else "")


def _wrong_words(report: Report) -> dict[str, list[str]]:
    if len(report.note) > LONGEST_NOTE:
        return {"note": [f"Keep it to {LONGEST_NOTE:,} characters."]}
    return {}


def _wrong_choices(report: Report) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    if report.showed not in Showed.values:
        errors["showed"] = ["Did they come? Say yes, no, or that the meeting was moved."]
    if report.reason and report.reason not in Reason.values:
        errors["reason"] = ["Choose one of the reasons."]
    if report.next_step and report.next_step not in NextStep.values:
        errors["next_step"] = ["Choose one of the next steps."]
    if report.showed == Showed.YES and report.is_good is None:
        errors["is_good"] = ["Was it a good lead? Say yes or no."]
    if report.showed == Showed.YES and report.is_good is False and not report.reason:
        errors["reason"] = ["Say why it was not a good lead: the ISA learns from it."]
    if report.showed == Showed.NO and report.next_step in AFTER_MEETING:
        errors["next_step"] = ["That takes a meeting, and they did not show."]
    stages = STAGES_AFTER.get(report.showed, ())
    if report.stage and stages and report.stage not in stages:
        names = ", ".join(stage.label for stage in stages)
        errors["stage"] = [f"After this they can be at: {names}."]
    return errors


def _wrong_money(report: Report) -> dict[str, list[str]]:
    errors: dict[str, list[str]] = {}
    for name in ("price", "commission_amount"):
        amount = getattr(report, name)
        if amount is not None and not 0 <= amount <= DEAREST:
            errors[name] = ["Enter an amount that a home can cost, such as 450,000."]
    percent = report.commission_percent
    if percent is not None and not 0 <= percent <= MOST_PERCENT:
        errors["commission_percent"] = [f"Enter a percentage of the price from 0 to {MOST_PERCENT}."]
    if percent is not None and report.commission_amount is not None:
        errors["commission_amount"] = ["Give the commission as an amount or as a percentage, not both."]
    return errors
