"""The types of what comes in through the API, and of what this room tells through it."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Annotated, Any

from django.core.exceptions import ValidationError
from django.core.validators import validate_email
from ninja import Schema
from pydantic import AfterValidator, AwareDatetime, ConfigDict, Field

from teams.places import clean_state
from teams.text import clean_line, clean_text
from teams.zones import zone_names

LARGEST_ID = 2**63 - 1


def _checked(check: Callable[[str], str]) -> AfterValidator:
    def follow(text: str) -> str:
        try:
            return check(text)
        except ValidationError as refusal:
            raise ValueError(" ".join(refusal.messages)) from refusal

    return AfterValidator(follow)


def _not_empty(text: str) -> str:
    if not text:
        raise ValueError("This cannot be empty.")
    return text


def _email(text: str) -> str:
    address = clean_line(text).lower()
    if address:
        validate_email(address)
    return address


def _known_zone(name: str) -> str:
    if name not in zone_names():
        raise ValueError("This is not a time zone; give an IANA name such as America/Chicago.")
    return name


def _our_times(moment: datetime) -> datetime:
    if not 2000 <= moment.year < 2100:
        raise ValueError("Give a year between 2000 and 2099.")
    return moment.astimezone(UTC)


#: Rules for text; a type is written ``Annotated[str, Field(max_length=80), LINE, FILLED]``.
LINE = _checked(clean_line)
TEXT = _checked(clean_text)
FILLED = AfterValidator(_not_empty)
STATE = _checked(clean_state)

Id = Annotated[int, Field(ge=1, le=LARGEST_ID)]
Email = Annotated[str, Field(max_length=254), _checked(_email)]
ZoneName = Annotated[str, Field(max_length=64), AfterValidator(_known_zone)]
Moment = Annotated[AwareDatetime, AfterValidator(_our_times)]
Reason = Annotated[str, Field(min_length=1, max_length=300), LINE, FILLED]
Limit = Annotated[int, Field(ge=1, le=100, description="How many at most.")]
Cursor = Annotated[str, Field(pattern=r"^[0-9]{0,19}$", description="What `next_cursor` said; without it, the newest.")]


class Body(Schema):
    """What is sent to us. A name we do not know is a typing mistake: it is refused, not ignored."""

    model_config = ConfigDict(extra="forbid")


class ProblemOut(Schema):
    """What was wrong (RFC 9457). `code` is for programs; `detail` is a sentence for people."""

    type: str
    title: str
    status: int
    code: str
    detail: str
    errors: dict[str, list[str]] | None = Field(None, description="With `invalid`: what is wrong with each field.")
    missing: list[dict[str, Any]] | None = Field(None, description="With `not_ready`: what the gate lacks.")
    slots: list[dict[str, Any]] | None = Field(
        None, description="With `slot_taken`, `slot_required` and `nobody_on_call`: the next free slots."
    )
    why: list[dict[str, Any]] | None = Field(None, description="With `nobody_on_call`: what keeps each agent.")
    transfer: int | None = Field(None, description="With `transfer_under_way`: which one.")


class TeamOut(Schema):
    """A team."""

    id: int
    name: str
    slug: str
    zone: str
    currency: str


class MeOut(Schema):
    """The member for whom a token acts, and what it may be used for."""

    id: int = Field(description="The membership: owner, agent and setter are such ids.")
    name: str
    email: str
    role: str
    zone: str
    team: TeamOut
    scopes: list[str]


class AreaOut(Schema):
    """A place the team works in."""

    id: int
    name: str
    median_price: int | None


class AreasOut(Schema):
    """The team's areas."""

    items: list[AreaOut]


class AgentOut(Schema):
    """An agent who takes handoffs."""

    id: int
    name: str
    email: str
    phone: str
    zone: str
    title: str
    line: str
    years: int | None
    languages: list[str]
    states: list[str]
    areas: list[AreaOut]
    price_min: int | None
    price_max: int | None
    video_link: str
    on_call_until: datetime | None = Field(description="Until when they can be rung for live transfers; else null.")


class AgentsOut(Schema):
    """Those who take handoffs now."""

    items: list[AgentOut]


#: Every operation may answer with these.
PROBLEMS: dict[Any, Any] = {(400, 401, 403, 404, 409, 413, 422): ProblemOut}
