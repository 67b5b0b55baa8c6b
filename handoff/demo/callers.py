"""The leads of the demo team, with what they said on the phone. All of them are invented."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any

from django.conf import settings
from django.templatetags.static import static

from leads import answers, capture, notes, recordings, texts, verification
from leads.models import Lead
from leads.models.recordings import NoRecording
from teams.models import Area, Membership, Team

FIRST_NAMES = (
    "Dana",
    "Omar",
    "Rosa",
    "Milo",
    "Nina",
    "Theo",
    "Vera",
    "Hugo",
    "Lena",
    "Felix",
    "Maya",
    "Oscar",
    "Iris",
    "Jonas",
    "Tara",
    "Pablo",
    "Greta",
    "Samir",
    "Wanda",
    "Elio",
    "Petra",
    "Kofi",
    "Marta",
    "Ravi",
    "Sonja",
    "Tomas",
    "Yara",
    "Bruno",
    "Celia",
    "Emil",
    "Farah",
    "Goran",
    "Hanna",
    "Igor",
    "Jana",
    "Karim",
    "Lucia",
    "Mateo",
    "Nora",
    "Otto",
)
LAST_NAMES = (
    "Fiction",
    "Invented",
    "Madeup",
    "Sampleton",
    "Pretend",
    "Mockley",
    "Testerman",
    "Exemplar",
    "Demosky",
    "Fabley",
)
SOURCES = ("Zillow", "Website", "Open house", "Facebook", "Referral", "Google")
MOTIVES = (
    ("Twins in March, the apartment is too small.", "1-3"),
    ("Sold their house, needs a new one at once.", "now"),
    ("New job starts in five weeks, wants to be settled before.", "1-3"),
    ("Lease ends in summer and the rent goes up.", "3-6"),
    ("Children moved out, the house is too big.", "3-6"),
    ("Wants to be near her parents.", "1-3"),
    ("Tired of the commute.", "6-12"),
)

#: The number of the one who has no email address and agreed to texts.
WITHOUT_EMAIL = 14


@dataclass(slots=True)
class Call:
    """What one lead is like. ``said`` are LPMAMA answers by field."""

    number: int
    said: dict[str, Any] = field(default_factory=dict)
    areas: tuple[str, ...] = ()
    note: str = ""
    recording: str = "link"
    is_verified: bool = True
    has_email: bool = True

    @property
    def first(self) -> str:
        """An invented first name."""
        return FIRST_NAMES[self.number % len(FIRST_NAMES)]

    @property
    def last(self) -> str:
        """An invented last name; first and last together are unique for 400 leads."""
        return LAST_NAMES[(self.number // len(FIRST_NAMES) + self.number) % len(LAST_NAMES)]

    @property
    def email(self) -> str:
        """An address that no mail server will ever take; nothing for who has none."""
        if not self.has_email:
            return ""
        return f"{self.first}.{self.last}.{self.number}@example.com".lower()

    @property
    def phone(self) -> str:
        """A number of the range kept for fiction (555-0100 to 555-0199), in invented use of several area codes."""
        return f"+1{(512, 737, 210, 281)[self.number // 80]}55501{20 + self.number % 80:02}"


def complete_call(number: int) -> Call:
    """Return a lead who answered everything; varied by number, the same each time."""
    area, top = (("Riverside", 460_000), ("Lakeview", 720_000), ("Maple Heights", 380_000), ("Old Mill", 540_000))[
        number % 4
    ]
    why, when = MOTIVES[number % len(MOTIVES)]
    said: dict[str, Any] = {
        "side": "buy",
        "location_text": "close to the school",
        "price_min": top - 80_000,
        "price_max": top,
        "motivation": why,
        "timeframe": when,
        "other_agent": "none",
        "mortgage": "applied" if number % 3 == 1 else "pre_approved",
        "bedrooms": 2 + number % 3,
        "household": "Both decide together" if number % 2 else "",
        "location_second": 5,
        "price_second": 17,
        "motivation_second": 22,
        "agent_second": 32,
        "mortgage_second": 38,
    }
    if said["mortgage"] == "pre_approved":
        said |= {"mortgage_lender": "Sample Credit Union", "mortgage_amount": top + 10_000}
    note = "Prefers texts after five." if number % 4 == 1 else ""
    return Call(number, said, (area,), note=note, has_email=number != WITHOUT_EMAIL)


def log_call(call: Call, *, team: Team, isa: Membership, areas: Mapping[str, Area], at: datetime) -> Lead:
    """Write down one call as the ISA would: the lead, the answers, the recording, the read-back."""
    lead = capture.add_lead(
        team=team,
        isa=isa,
        first_name=call.first,
        last_name=call.last,
        phone=call.phone,
        email=call.email,
        source=SOURCES[call.number % len(SOURCES)],
        state="TX",
        zone="America/Chicago",
        at=at - timedelta(days=1),
    )
    said = {**call.said, **({"areas": [areas[name].pk for name in call.areas]} if call.areas else {})}
    if said:
        answers.save_answers(lead=lead, changes=said, actor=isa, at=at)
    if call.note:
        notes.add_note(lead=lead, text=call.note, author=isa, at=at)
    if call.recording == "link":
        recordings.attach_link(lead=lead, url=settings.BASE_URL + static("demo/call.mp3"), actor=isa, at=at)
    elif call.recording == "none":
        recordings.no_recording(lead=lead, reason=NoRecording.WRITTEN, actor=isa, at=at)
    if call.is_verified:
        verification.confirm_phone(lead=lead, actor=isa, at=at, value=call.phone)
        _agree_on_where_to_write(lead, call, isa=isa, at=at)
    return lead


def _agree_on_where_to_write(lead: Lead, call: Call, *, isa: Membership, at: datetime) -> None:
    if call.has_email:
        verification.confirm_email(lead=lead, actor=isa, at=at, value=call.email)
    else:
        verification.confirm_no_email(lead=lead, actor=isa, at=at)
        texts.agree(lead=lead, actor=isa, at=at)
