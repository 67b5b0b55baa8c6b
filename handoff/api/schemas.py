"""What the API takes and tells about handoffs."""

from datetime import datetime
from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import Field, field_validator, model_validator

from handoff.api.outcome_schemas import FormerOutcomeOut, OutcomeOut
from handoff.api.recovering import RecoveryOut
from handoff.models.appointments import How
from handoff.states import AppointmentStatus, HandoffStatus, Method
from leads.states import Stage
from teams.schemas import LINE, Body, Id, Moment, Reason

Minutes = Annotated[int, Field(ge=5, le=480)]
Place = Annotated[str, Field(max_length=300, description="Address, or link of the video call."), LINE]
OverrideReason = Annotated[
    str, Field(max_length=300, description="Why another method than the advised one; it is kept."), LINE
]


class SlotOut(Schema):
    """A time that can be booked. `zone` is the agent's; the times are UTC."""

    agent: int
    agent_name: str
    starts_at: datetime
    ends_at: datetime
    zone: str
    reasons: list[str]
    doubt: str = Field(description="How old what is known of the agent's own calendar is, when it is too old.")


class SlotsOut(Schema):
    """Agent by agent, the best first."""

    items: list[SlotOut]


class ReceiptOut(Schema):
    """One thing that the handoff owes: what, to whom, how far, and what the other side answered."""

    id: str
    kind: str
    to: str
    state: str
    due_at: datetime
    done_at: datetime | None
    attempts: int
    answer: str


class GuestOut(Schema):
    """Somebody who decides with the client, and is asked to come."""

    name: str
    email: str


class AppointmentOut(Schema):
    """A time on an agent's calendar. `handoff` is the one it belongs to.

    `client_answer` is what the client said of this time; `rsvp` what their calendar replied by mail: a hint.
    """

    id: int
    lead: int
    agent: int
    handoff: int | None
    starts_at: datetime
    ends_at: datetime
    status: AppointmentStatus
    how: How
    place: str
    uid: str
    sequence: int
    cancel_reason: str
    client_answer: str
    client_answered_at: datetime | None
    rsvp: str
    rsvp_at: datetime | None
    guests: list[GuestOut]


class HandoffOut(Schema):
    """A lead passed on. `facts` is what the agent was told, frozen."""

    id: int
    lead: int
    method: Method
    status: HandoffStatus
    setter: int
    setter_name: str
    agent: int
    agent_name: str
    is_hot: bool
    advised: Method
    advice: str
    override_reason: str
    opened_at: datetime
    closed_at: datetime | None
    close_reason: str
    outcome_due_at: datetime
    is_outcome_overdue: bool
    url: str
    appointment: AppointmentOut | None
    outcome: OutcomeOut | None


class BriefReadOut(Schema):
    """Whether the agent has opened the brief, and how much of the call they have listened to, in seconds of it."""

    read_at: datetime
    heard_seconds: int
    call_seconds: int = Field(description="0 while no player has told how long the call is.")
    call_opened_at: datetime | None = Field(description="In a tab, where nobody sees what plays.")


class FullHandoffOut(HandoffOut):
    """With everything it owes, what was told, and what followed if the client did not come."""

    receipts: list[ReceiptOut]
    brief: BriefReadOut | None = Field(description="Null until the agent has read it.")
    facts: dict[str, Any]
    former_outcomes: list[FormerOutcomeOut] = Field(
        description="What the outcome said before corrections, latest first."
    )
    recovery: RecoveryOut | None


class HandoffsOut(Schema):
    """Handoffs, the newest first."""

    items: list[HandoffOut]
    next_cursor: str | None


class HandoffIn(Body):
    """A pass. *Scheduled* takes a time; without an agent the best one who is free then gets it."""

    lead: Id
    method: Method = Method.SCHEDULED
    agent: Id | None = None
    starts_at: Moment | None = None
    minutes: Minutes | None = Field(None, description="The team's usual length, unless given.")
    how: How = How.CALL
    place: Place = ""
    override_reason: OverrideReason = ""

    @field_validator("method")
    @classmethod
    def _is_no_transfer(cls, method: Method) -> Method:
        if method == Method.LIVE:
            raise ValueError("A live transfer rings first: request it with POST /live-transfers.")
        return method

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.method == Method.DIRECT and (self.starts_at or self.minutes or self.place):
            raise ValueError("A direct handoff has no time and no place; book one with method “scheduled”.")
        return self


class TimeIn(Body):
    """The first time of a lead that was handed over without one."""

    starts_at: Moment
    minutes: Minutes | None = Field(None, description="The team's usual length, unless given.")
    how: How = How.CALL
    place: Place = ""


class StageIn(Body):
    """Where to move the lead. Appointment set and Handed off start a handoff, if the gate is open."""

    stage: Stage
    agent: Id | None = Field(None, description="Who is to have it, when this starts a direct handoff.")
    override_reason: OverrideReason = ""


class StageOut(Schema):
    """Where the lead is now, and the handoff that started, if one did."""

    stage: Stage
    stage_label: str
    stage_at: datetime
    handoff: FullHandoffOut | None


class TagOut(Schema):
    """The words on the lead now, and the handoff that started, if one did."""

    name: str
    items: list[str]
    handoff: FullHandoffOut | None


class ReasonIn(Body):
    """Why."""

    reason: Reason
    is_agents_doing: bool = Field(
        default=False, description="Whether it is on the agent's account: then it counts in their share all the same."
    )


class ConsideredOut(Schema):
    """An agent who could have had it. `place` is null, and `removed_by` says why, for one who was not offered."""

    agent: int
    name: str
    place: int | None
    score: float
    scores: dict[str, float]
    reasons: list[str]
    removed_by: str
    is_overdue: bool
    is_chosen: bool


class DecisionOut(Schema):
    """How a handoff got an agent: at its opening, and each time it moved (`was` had it before)."""

    at: datetime
    chosen: int
    was: int | None
    by: int | None
    was_named: bool = Field(description="Whether a person chose, rather than the ranking.")
    words: str
    weights: dict[str, int]
    candidates: list[ConsideredOut]


class RoutingOut(Schema):
    """Every decision, the first one first."""

    items: list[DecisionOut]


class AgentIn(Body):
    """Who takes over."""

    agent: Id


class AppointmentChanges(Body):
    """Another time, or another agent."""

    starts_at: Moment | None = None
    minutes: Minutes | None = None
    agent: Id | None = None

    @model_validator(mode="after")
    def _one_thing(self) -> Self:
        if (self.starts_at is None) == (self.agent is None):
            raise ValueError("Give either a new starts_at or another agent.")
        if self.minutes and not self.starts_at:
            raise ValueError("A new length takes a new starts_at.")
        return self


class RetryOut(Schema):
    """Whether there was anything to try again."""

    retried: bool
    receipts: list[ReceiptOut]
