"""What the API takes and tells about leads."""

from datetime import date, datetime
from typing import Annotated, Any, Self

from ninja import Schema
from pydantic import BeforeValidator, Field, model_validator

from leads.models.lpmama import Mortgage, OtherAgent, Side, Timeframe
from leads.models.recordings import NoRecording, RecordingKind
from leads.states import Stage
from teams.schemas import FILLED, LINE, STATE, TEXT, Body, Email, Id, Moment, ZoneName

HIGHEST_PRICE = 2_000_000_000  # whole units of the team's currency; what the column holds
LONGEST_CALL = 24 * 3600  # seconds

Price = Annotated[int, Field(ge=0, le=HIGHEST_PRICE, description="Whole units of the team's currency.")]
Second = Annotated[int, Field(ge=0, le=LONGEST_CALL, description="Second of the recording at which it was said.")]
State = Annotated[
    str,
    Field(pattern=r"^([A-Za-z]{2})?$", description="Of the property, as USPS writes it."),
    STATE,
]
Language = Annotated[str, Field(pattern=r"^[a-z]{2}$", description="ISO 639-1.")]
Phone = Annotated[str, Field(max_length=40, description="In any format; kept as E.164."), LINE]
FirstName = Annotated[str, Field(min_length=1, max_length=80), LINE, FILLED]
LastName = Annotated[str, Field(max_length=80), LINE]
Source = Annotated[str, Field(max_length=60), LINE]
TagName = Annotated[str, Field(min_length=1, max_length=60), LINE, FILLED]


#: Answers that are one of several; null and an empty text both take one back.
CHOICES = ("side", "timeframe", "other_agent", "mortgage")
BLANK_IS_NONE = BeforeValidator(lambda value: None if value == "" else value)


class LeadIn(Body):
    """A new lead. It is the caller's, if they are an ISA."""

    first_name: FirstName
    last_name: LastName = ""
    phone: Annotated[Phone, FILLED]
    email: Email = ""
    source: Source = ""
    state: State = ""
    zone: ZoneName | None = Field(None, description="Of the client; the team's, unless given.")
    language: Language = "en"


class LeadChanges(Body):
    """What to correct; what is left out stays."""

    first_name: FirstName = ""
    last_name: LastName = ""
    phone: Annotated[Phone, FILLED] = ""
    email: Email = Field("", description="An empty one takes the address away.")
    source: Source = ""
    state: State = ""
    zone: ZoneName = ""
    language: Language = "en"
    next_call_at: Moment | None = None


class LeadOut(Schema):
    """A lead. `owner` and `isa` are memberships."""

    id: int
    first_name: str
    last_name: str
    name: str
    stage: Stage
    stage_label: str = Field(description="What the team calls it.")
    stage_at: datetime
    phone: str
    email: str
    state: str
    zone: str
    language: str
    source: str
    owner: int | None
    owner_name: str
    isa: int | None
    isa_name: str
    tags: list[str]
    next_call_at: datetime | None
    created_at: datetime
    updated_at: datetime
    url: str


class NewLeadOut(LeadOut):
    """A lead just added, and others that look like it."""

    duplicates: list[int] = Field(description="Leads that had this number or address already.")


class LeadsOut(Schema):
    """Leads, the newest first."""

    items: list[LeadOut]
    next_cursor: str | None


class LpmamaIn(Body):
    """The answers. An empty text, or null, means not answered."""

    side: Annotated[Side | None, BLANK_IS_NONE] = None
    areas: Annotated[list[Id], Field(max_length=100, description="Ids of the team's areas.")] = []
    location_text: Annotated[str, Field(max_length=300), LINE] = ""
    location_second: Second | None = None
    price_min: Price | None = None
    price_max: Price | None = None
    price_expected: Price | None = None
    price_second: Second | None = None
    motivation: Annotated[str, Field(max_length=1000), TEXT] = ""
    motivation_declined: bool = Field(default=False, description="Asked, would not say.")
    timeframe: Annotated[Timeframe | None, BLANK_IS_NONE] = None
    motivation_second: Second | None = None
    other_agent: Annotated[OtherAgent | None, BLANK_IS_NONE] = None
    other_agent_name: Annotated[str, Field(max_length=120), LINE] = ""
    agent_second: Second | None = None
    mortgage: Annotated[Mortgage | None, BLANK_IS_NONE] = None
    mortgage_lender: Annotated[str, Field(max_length=120), LINE] = ""
    mortgage_amount: Price | None = None
    mortgage_on: date | None = None
    mortgage_second: Second | None = None
    appointment_wish: Annotated[str, Field(max_length=200), LINE] = ""
    bedrooms: Annotated[int, Field(ge=0, le=99)] | None = None
    needs: Annotated[str, Field(max_length=1000), TEXT] = ""
    household: Annotated[str, Field(max_length=300), LINE] = ""

    def changes(self, *, only_named: bool) -> dict[str, Any]:
        """Return the answers as they are kept: a choice that is not made is an empty text."""
        said = self.dict(exclude_unset=only_named)
        return {name: "" if value is None and name in CHOICES else value for name, value in said.items()}


class LetterOut(Schema):
    """A letter that is not complete, what to ask for it, and what is lacking."""

    letter: str
    question: str
    detail: str


class LpmamaOut(Schema):
    """The answers so far, and the letters that are not complete."""

    side: str
    areas: list[int]
    location_text: str
    location_second: int | None
    price_min: int | None
    price_max: int | None
    price_expected: int | None
    price_second: int | None
    motivation: str
    motivation_declined: bool
    timeframe: str
    motivation_second: int | None
    other_agent: str
    other_agent_name: str
    agent_second: int | None
    mortgage: str
    mortgage_lender: str
    mortgage_amount: int | None
    mortgage_on: date | None
    mortgage_second: int | None
    appointment_wish: str
    bedrooms: int | None
    needs: str
    household: str
    missing: list[LetterOut]


class RecordingIn(Body):
    """A link, the promise of one (`to_follow`), or a reason why there is none (`none`)."""

    kind: RecordingKind = RecordingKind.LINK
    url: Annotated[str, Field(max_length=1000), LINE] = ""
    reason: NoRecording | None = None
    agreed: bool = Field(False, description="Everybody on the call agreed to its recording; some states ask for it.")
    agreed_second: Annotated[int | None, Field(ge=0, le=LONGEST_CALL)] = None

    @model_validator(mode="after")
    def _belongs_together(self) -> Self:
        if self.kind == RecordingKind.LINK and not self.url:
            raise ValueError("A link needs its url.")
        if self.kind == RecordingKind.NONE and not self.reason:
            raise ValueError("Say why there is no recording: reason.")
        if self.kind != RecordingKind.LINK and self.url:
            raise ValueError("Only a link has a url.")
        if self.kind != RecordingKind.NONE and self.reason:
            raise ValueError("A reason is only for a call without a recording.")
        return self


class RecordingOut(Schema):
    """What was said of one call's recording."""

    id: int
    kind: str
    url: str
    reason: str
    created_at: datetime
    arrived_at: datetime | None
    consent_at: datetime | None
    consent_second: int | None


class RecordingsOut(Schema):
    """The newest first."""

    items: list[RecordingOut]


class VerificationIn(Body):
    """What was read back to the client and confirmed: the values themselves, as they are on the lead."""

    phone: Phone = ""
    email: Email = ""
    has_no_email: bool = False

    @model_validator(mode="after")
    def _says_something(self) -> Self:
        if not (self.phone or self.email or self.has_no_email):
            raise ValueError("Say what was confirmed: phone, email or has_no_email.")
        if self.email and self.has_no_email:
            raise ValueError("Either there is an email address or there is none.")
        return self


class VerificationOut(Schema):
    """Whether what is on the lead now was confirmed."""

    is_phone_verified: bool
    is_email_verified: bool
    phone: str
    phone_at: datetime | None
    email: str
    email_at: datetime | None
    has_no_email: bool


class TagIn(Body):
    """A word to put on the lead. A trigger tag of the team hands it off."""

    name: TagName


class TagsOut(Schema):
    """The words on a lead."""

    items: list[str]


class StageNameOut(Schema):
    """A stage: its code, what the team calls it, and where a lead may go from it."""

    code: Stage
    label: str
    moves: list[Stage]


class StageNamesOut(Schema):
    """In the order of the path."""

    items: list[StageNameOut]


class ActivityOut(Schema):
    """One thing that happened."""

    id: int
    kind: str
    summary: str
    actor: int | None
    actor_name: str
    at: datetime
    data: dict[str, Any]


class ActivitiesOut(Schema):
    """The newest first."""

    items: list[ActivityOut]
    next_cursor: str | None
