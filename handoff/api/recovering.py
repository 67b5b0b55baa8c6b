"""What the API tells of bringing a no-show back, and what it takes to stop it."""

from datetime import datetime

from ninja import Schema
from pydantic import Field

from handoff.models.recovery import StepKind
from teams.schemas import Body, Reason


class RecoveryStepOut(Schema):
    """One step of bringing a client back: when it is due, and what came of it (`done`, `skipped`, `unreachable`)."""

    name: str
    kind: StepKind
    day: int
    words: str
    due_at: datetime
    taken_at: datetime | None
    result: str


class RecoveryOut(Schema):
    """What followed a no-show. `because` says why it ended; it is empty while it runs."""

    is_running: bool
    started_at: datetime
    ended_at: datetime | None
    because: str
    note: str
    rebooked_as: int | None = Field(description="The handoff that came of it.")
    steps: list[RecoveryStepOut]


class StopIn(Body):
    """Why it stops."""

    reason: Reason
