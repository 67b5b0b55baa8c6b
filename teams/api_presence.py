"""The API's part about being on call: who takes live transfers now, said by themselves."""

from datetime import datetime, timedelta
from typing import Annotated, Any, Self

from django.utils import timezone
from ninja import Router, Schema
from pydantic import Field, model_validator

from teams.bearer import acting
from teams.http import TeamRequest
from teams.models import Membership, Presence, Role, Scope
from teams.presence import LONGEST, go_off_call, go_on_call
from teams.schemas import PROBLEMS, Body, Moment

router = Router(tags=["People"])

MOST_MINUTES = LONGEST // timedelta(minutes=1)


class PresenceOut(Schema):
    """Whether the member is on call; of one who is not any more, since when and why (`off`, `missed`, `left`)."""

    is_on_call: bool
    since: datetime | None
    until: datetime | None
    ended_at: datetime | None
    ended_because: str
    missed: int = Field(description="Rings missed in a row.")


class PresenceIn(Body):
    """How long: until a moment, or for so many minutes from now."""

    until: Moment | None = None
    minutes: Annotated[int, Field(ge=1, le=MOST_MINUTES)] | None = None

    @model_validator(mode="after")
    def _one_of_them(self) -> Self:
        if (self.until is None) == (self.minutes is None):
            raise ValueError("Give either until or minutes.")
        return self


@router.get("/me/presence", response={200: PresenceOut, **PROBLEMS}, summary="Am I on call?")
def presence(request: TeamRequest) -> dict[str, Any]:
    """The latest time that the member went on call, and how it ended."""
    return _told(acting(request, Scope.READ), at=timezone.now())


@router.put("/me/presence", response={200: PresenceOut, **PROBLEMS}, summary="Go on call")
def on_call(request: TeamRequest, body: PresenceIn) -> dict[str, Any]:
    """Be rung for live transfers from now on, twelve hours at most. Once more sets the time anew."""
    member, at = acting(request, Scope.HANDOFFS, Role.AGENT), timezone.now()
    until = body.until or at + timedelta(minutes=body.minutes or 0)
    go_on_call(member=member, until=until, at=at)
    return _told(member, at=at)


@router.delete("/me/presence", response={200: PresenceOut, **PROBLEMS}, summary="Go off call")
def off_call(request: TeamRequest) -> dict[str, Any]:
    """Be rung no more. Off call already, nothing changes."""
    member, at = acting(request, Scope.HANDOFFS, Role.AGENT), timezone.now()
    go_off_call(member=member, at=at)
    return _told(member, at=at)


def _told(member: Membership, *, at: datetime) -> dict[str, Any]:
    latest = Presence.objects.filter(membership=member).first()
    if latest is None:
        return {"is_on_call": False, "ended_because": "", "missed": 0} | dict.fromkeys(("since", "until", "ended_at"))
    own = ("since", "until", "ended_at", "ended_because", "missed")
    return {"is_on_call": latest.is_on_call(at), **{name: getattr(latest, name) for name in own}}
