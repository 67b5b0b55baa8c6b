"""What the API takes and tells about outcomes."""

from datetime import datetime
from decimal import Decimal
from typing import Annotated, Any

from ninja import Schema
from pydantic import BeforeValidator, Field

from handoff.amending import LONGEST_WHY
from handoff.models.outcomes import NextStep, Showed
from handoff.models.outcomes import Reason as BadLeadReason
from handoff.reports import DEAREST, LONGEST_NOTE, MOST_PERCENT, Said
from leads.states import Stage
from teams.schemas import LINE, TEXT, Body, Moment

Amount = Annotated[int, Field(ge=0, le=DEAREST)]


def _yes_or_no(value: Any) -> Any:
    return {True: Showed.YES, False: Showed.NO}.get(value, value) if isinstance(value, bool) else value


class SaidOut(Schema):
    """What somebody said of how it went. Amounts are whole units of `currency`."""

    showed: str
    is_good: bool | None
    reason: str
    next_step: str
    stage: str
    note: str
    price: int | None
    commission: int | None = Field(description="Expected, in whole units; by the percentage where no amount was said.")
    commission_percent: Decimal | None
    currency: str
    recorded_by: int
    recorded_at: datetime


class OutcomeOut(SaidOut):
    """What was reported, as it stands."""

    is_on_time: bool


class FormerOutcomeOut(SaidOut):
    """What an outcome said before it was corrected."""

    why: str
    replaced_by: int
    replaced_at: datetime


class AnswersIn(Body):
    """How it went."""

    showed: Annotated[Showed, BeforeValidator(_yes_or_no)]
    is_good: bool | None = Field(None, description="Asked when they showed.")
    reason: BadLeadReason | None = Field(None, description="Asked when the lead was not good.")
    next_step: NextStep | None = None
    stage: Stage | None = Field(None, description="Where they are now; else what the next step means.")
    note: Annotated[str, Field(max_length=LONGEST_NOTE), TEXT] = ""
    price: Amount | None = Field(None, description="What they can really pay, or expect.")
    commission_amount: Amount | None = Field(None, description="Expected; or else the percentage.")
    commission_percent: Annotated[Decimal, Field(ge=0, le=MOST_PERCENT, decimal_places=3)] | None = None

    def said(self) -> Said:
        """Return the answers as the verbs take them."""
        return Said(
            showed=self.showed,
            is_good=self.is_good,
            reason=self.reason or "",
            next_step=self.next_step or "",
            stage=self.stage or "",
            note=self.note,
            price=self.price,
            commission_amount=self.commission_amount,
            commission_percent=self.commission_percent,
        )


class OutcomeIn(AnswersIn):
    """The agent's report. *Moved* with `moved_to` goes on with the handoff at that time."""

    moved_to: Moment | None = Field(None, description="The time they agreed on, when the meeting was moved.")


class CorrectionIn(AnswersIn):
    """Another report in place of the one that stands."""

    why: Annotated[str, Field(min_length=1, max_length=LONGEST_WHY, description="Kept beside what was said."), LINE]
