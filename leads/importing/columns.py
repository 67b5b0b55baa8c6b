"""What a column of the file can be in Baton, and what its name says that it is."""

from __future__ import annotations

import hashlib
import re
from collections.abc import Sequence
from datetime import datetime

from django.db import models

from leads.models import ImportMapping
from teams.models import Team


class Target(models.TextChoices):
    """What a column is. Several columns may be phones, emails, tags or notes; of the others the first filled counts."""

    FIRST_NAME = "first_name", "First name"
    LAST_NAME = "last_name", "Last name"
    NAME = "name", "Whole name"
    PHONE = "phone", "Phone"
    EMAIL = "email", "Email"
    STAGE = "stage", "Stage"
    PERSON = "person", "Assigned to"
    SOURCE = "source", "Source"
    TAGS = "tags", "Tags"
    STATE = "state", "State of the property"
    LOCATION = "location", "Where they look"
    PRICE = "price_max", "Highest price"
    TIMEFRAME = "timeframe", "Timeframe"
    LANGUAGE = "language", "Language"
    ADDED = "added", "Date added"
    NOTE = "note", "Note about the person"


#: Headers as other systems write them, folded by ``_folded``; a number at the end ("Phone 2") does not count. Follow
#: Up Boss: the columns of its people export. The rest: kvCORE, BoomTown, Sierra, LionDesk, HubSpot, Google, Outlook.
_NAMES: dict[Target, str] = {
    Target.FIRST_NAME: "first name|firstname|given name|first|client first name|forename",
    Target.LAST_NAME: "last name|lastname|surname|family name|last|client last name",
    Target.NAME: "name|full name|fullname|contact|contact name|lead name|client name|display name|client|visitor",
    Target.PHONE: "phone|phone number|mobile|mobile phone|mobile number|cell|cell phone|home phone|work phone|telephone"
    "|primary phone|secondary phone|other phone|other phones|business phone|contact number|tel|phone value"
    "|cell phone number|phones|phone numbers",
    Target.EMAIL: "email|e mail|email address|e mail address|primary email|secondary email|other email|other emails"
    "|work email|personal email|email value|e mail value|emails|e mails|email addresses",
    Target.STAGE: "stage|status|lead status|lead stage|pipeline stage|lifecycle stage|pipeline",
    Target.PERSON: "assigned to|assigned agent|agent|owner|lead owner|contact owner|assigned user|isa|agent name"
    "|assignee",
    Target.SOURCE: "source|lead source|original source|registration source|origin",
    Target.TAGS: "tags|tag|labels|categories|hashtags|groups|group membership",
    Target.STATE: "property state|state|address state|mailing state|home address state|province|state region",
    Target.LOCATION: "location|area|where they look|property city|preferred area|areas|target area|search area",
    Target.PRICE: "price max|max price|maximum price|budget|price range max|max budget|buyer price max|highest price"
    "|most they would pay",
    Target.TIMEFRAME: "timeframe|time frame|timeline|buying timeframe|purchase timeframe|move timeframe|how soon",
    Target.LANGUAGE: "language|preferred language|primary language",
    Target.ADDED: "date added|created|created at|create date|registered|registration date|date created|added|came"
    "|creation date|reg date",
    Target.NOTE: "notes|note|background|description|message|comments|comment|company|birthday|anniversary|referred by"
    "|sphere source|listing price|property price|property address|property mls number|property postal code"
    "|address street|address|street|street address|agent notes|home closing anniversary|address zip|zip|zip code"
    "|inquiry|city|address city|address country",
}
_BY_NAME = {name: target for target, names in _NAMES.items() for name in names.split("|")}

#: Enough of these, and the file is a people export of Follow Up Boss.
_FOLLOW_UP_BOSS = {"date added", "stage", "lead source", "assigned to", "is contacted", "last assigned", "timeframe"}
#: Columns whose name adds nothing to what they say.
SPEAKS_FOR_ITSELF = {"notes", "note", "background", "description", "message", "comments", "comment", "agent notes"}


def guess(headers: Sequence[str]) -> list[str]:
    """The target that each header names, or nothing."""
    return [_BY_NAME.get(folded_header(header), "") for header in headers]


def folded_header(header: str) -> str:
    """A header as it is compared: “Phone 2”, “phone_2” and “PHONE” are all “phone”."""
    words = re.sub(r"[^a-z]+", " ", re.sub(r"([a-z])([A-Z])", r"\1 \2", header).casefold()).strip()
    return "" if re.search(r"\btype\b", words) else words  # “Email 1 - Type” is no address


def is_follow_up_boss(headers: Sequence[str]) -> bool:
    """Whether these are the columns that Follow Up Boss exports."""
    return len(_FOLLOW_UP_BOSS & {folded_header(header) for header in headers}) >= 4


def is_enough(columns: Sequence[str]) -> bool:
    """Whether a lead can be made of these: one needs a way to reach somebody."""
    return Target.PHONE in columns or Target.EMAIL in columns


def saved_mapping(team: Team, headers: Sequence[str]) -> ImportMapping | None:
    """What the team said when a file with the same headers came before."""
    return ImportMapping.objects.filter(team=team, fingerprint=_fingerprint(headers)).first()


def save_mapping(
    *, team: Team, headers: Sequence[str], columns: Sequence[str], meant: dict[str, dict[str, str]], at: datetime
) -> None:
    """Remember what the team says of a file with these headers."""
    ImportMapping.objects.update_or_create(
        team=team,
        fingerprint=_fingerprint(headers),
        defaults={"columns": list(columns), "meant": meant, "saved_at": at},
    )


def _fingerprint(headers: Sequence[str]) -> str:
    folded = "\x1f".join(" ".join(header.casefold().split()) for header in headers)
    return hashlib.sha256(folded.encode(errors="replace")).hexdigest()
