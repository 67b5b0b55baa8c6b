"""What the API takes and tells about live transfers."""

from datetime import datetime
from typing import Annotated, Any

from ninja import Schema
from pydantic import Field

from handoff.api.schemas import OverrideReason
from handoff.models.transfers import DropReason, PassReason
from handoff.states import Method, RingStatus, TransferStatus
from teams.models.transfers import RingWay
from teams.schemas import LINE, Body, Id

Note = Annotated[str, Field(max_length=200), LINE]


class RungOut(Schema):
    """An agent as they were ranked at the request. `removed_by` says why one was not to be rung then."""

    agent: int
    name: str
    score: float
    reasons: list[str]
    removed_by: str


class RingOut(Schema):
    """One agent, rung once. `brief_at` is when the brief was before them."""

    agent: int
    name: str
    rung: int
    status: RingStatus
    rung_at: datetime
    ends_at: datetime
    shown_at: datetime | None
    brief_at: datetime | None
    answered_at: datetime | None
    answered_by: str
    pass_reason: str
    note: str


class TransferOut(Schema):
    """A client on the phone, and how far the way to an agent is. `handoff` is null until they are connected."""

    id: int
    lead: int
    status: TransferStatus
    setter: int
    setter_name: str
    agent: int | None = Field(description="Who accepted.")
    agent_name: str
    advised: Method
    advice: str
    override_reason: str
    way: RingWay
    rung: int = Field(description="From 1; 0 before anybody rings.")
    is_last_rung: bool
    rung_ends_at: datetime | None
    told_name_at: datetime | None = Field(description="When the client had been told the agent's name.")
    requested_at: datetime
    first_shown_at: datetime | None
    accepted_at: datetime | None
    connected_at: datetime | None
    ended_at: datetime | None
    end_reason: str
    drop_reason: str
    handoff: int | None


class FullTransferOut(TransferOut):
    """With who rings. Agents are told of their own rings, and have the brief while theirs can be answered."""

    ladder: list[RungOut] | None = Field(description="Null for agents.")
    rings: list[RingOut]
    brief: dict[str, Any] | None = Field(description="What is known of the client, frozen at the request.")
    brief_mark: str | None = Field(description="What accepting takes: it comes with the brief, and only so.")


class TransfersOut(Schema):
    """Live transfers, the newest first."""

    items: list[TransferOut]
    next_cursor: str | None


class TransferIn(Body):
    """A client who is on the phone now."""

    lead: Id
    override_reason: OverrideReason = ""


class AcceptIn(Body):
    """The mark of the brief that was before the agent."""

    brief_mark: Annotated[str, Field(max_length=64), LINE]


class PassIn(Body):
    """Why the next one is to be rung."""

    reason: PassReason
    note: Note = ""


class DropIn(Body):
    """Why the client was not put through after all."""

    reason: DropReason
    note: Note = ""


class CancelIn(Body):
    """Why nobody is to be rung any more, if there is more to say."""

    reason: Note = ""
