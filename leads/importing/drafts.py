"""One row of the file as a lead to be: cleaned, or the reason why it cannot be one."""

from __future__ import annotations

import re
import unicodedata
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime

from django.core.exceptions import ValidationError
from django.core.validators import validate_email

from leads.forms.about import LANGUAGES
from leads.forms.fields import MoneyField
from leads.importing.columns import SPEAKS_FOR_ITSELF, Target, folded_header
from leads.importing.meanings import Meanings, state_of, timeframe_of
from leads.models import LeadImport
from leads.models.imports import OnUnknown
from leads.phones import BadPhone, read_phone
from leads.states import Stage
from teams.models import Membership

NAME_LENGTH = 80
NOTE_LENGTH = 1000
MOST_OF_A_KIND = 10  # numbers, or addresses, of one lead
_DATES = ("%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%SZ", "%Y-%m-%dT%H:%M:%S", "%Y-%m-%d %H:%M", "%Y-%m-%d")
_MONTH_FIRST = ("%m/%d/%Y", "%m/%d/%y", "%m/%d/%Y %H:%M", "%m/%d/%Y %I:%M %p", "%b %d, %Y", "%B %d, %Y")
_DAY_FIRST = ("%d/%m/%Y", "%d.%m.%Y", "%d/%m/%y", "%d/%m/%Y %H:%M", "%d-%m-%Y")
_LANGUAGE_BY_NAME = {name.casefold(): code for code, name in LANGUAGES}
#: What our own export, and other careful ones, put before a cell that a spreadsheet would take for a formula.
_GUARDED = re.compile(r"^'(?=[=+\-@\t\r])")


class BadRow(Exception):
    """This row cannot become a lead."""


@dataclass(slots=True)
class Draft:
    """A lead to be. ``remarks`` tell what of the row was left out, or put elsewhere."""

    row: int
    first_name: str = ""
    last_name: str = ""
    phones: list[str] = field(default_factory=list)
    emails: list[str] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    notes: list[str] = field(default_factory=list)
    stage: Stage = Stage.NEW
    stage_there: str = ""
    person: Membership | None = None
    source: str = ""
    state: str = ""
    language: str = "en"
    added_at: datetime | None = None
    answers: dict[str, str | int] = field(default_factory=dict)
    remarks: list[str] = field(default_factory=list)

    @property
    def keys(self) -> list[str]:
        """What tells this person from others: the numbers first, then the addresses."""
        return [*self.phones, *self.emails]


class Reader:
    """Reads rows of one import."""

    def __init__(self, of: LeadImport) -> None:
        self._of = of
        self._country = of.team.country
        self._meanings = Meanings(of)
        self._places: dict[str, list[int]] = {}
        for place, target in enumerate(of.columns):
            self._places.setdefault(target, []).append(place)

    def read(self, row: int, cells: Sequence[str]) -> Draft:
        """Return the lead that this row describes. Raises BadRow."""
        draft = Draft(row)
        self._read_contact(draft, cells)
        self._read_name(draft, cells)
        self._read_stage_and_person(draft, cells)
        self._read_rest(draft, cells)
        self._read_notes(draft, cells)
        return draft

    def _all(self, target: Target, cells: Sequence[str]) -> list[str]:
        found = (_GUARDED.sub("", cells[place]).strip() for place in self._places.get(target, ()) if place < len(cells))
        return [cell for cell in found if cell]

    def _first(self, target: Target, cells: Sequence[str]) -> str:
        return next((_line(cell) for cell in self._all(target, cells)), "")

    def _read_contact(self, draft: Draft, cells: Sequence[str]) -> None:
        problems: list[str] = []
        for text in _parts(self._all(Target.PHONE, cells), r"[;,|\n/]"):
            try:
                draft.phones.append(read_phone(_digits(text), country=self._country))
            except BadPhone as problem:
                problems.append(f"Phone “{_short(text)}”: {problem}")
        for text in _parts(self._all(Target.EMAIL, cells), r"[;,|\s]"):
            address = text.strip("<>").lower()
            try:
                validate_email(address)
            except ValidationError:
                problems.append(f"Email “{_short(text)}” is not an address.")
            else:
                draft.emails.append(address)
        draft.phones = list(dict.fromkeys(draft.phones))[:MOST_OF_A_KIND]
        draft.emails = list(dict.fromkeys(draft.emails))[:MOST_OF_A_KIND]
        if not draft.keys:
            raise BadRow(" ".join(problems) or "There is neither a phone number nor an email address.")
        draft.remarks += problems

    def _read_name(self, draft: Draft, cells: Sequence[str]) -> None:
        first, last = self._first(Target.FIRST_NAME, cells), self._first(Target.LAST_NAME, cells)
        if not first and not last:
            first, last = _parted(self._first(Target.NAME, cells))
        if not first:
            first, last = last, ""
        if not first:
            first = draft.emails[0].partition("@")[0] if draft.emails else "Unknown"
            draft.remarks.append("There is no name.")
        for name in (first, last):
            if len(name) > NAME_LENGTH:
                raise BadRow(f"The name “{_short(name)}” is longer than {NAME_LENGTH} characters.")
        draft.first_name, draft.last_name = first, last

    def _read_stage_and_person(self, draft: Draft, cells: Sequence[str]) -> None:
        if word := self._first(Target.STAGE, cells):
            draft.stage, draft.stage_there = self._meanings.stage(word), word
        if word := self._first(Target.PERSON, cells):
            draft.person = self._meanings.person(word)
            if draft.person is None and not self._meanings.is_set_aside(word):
                if self._of.on_unknown == OnUnknown.FAIL:
                    raise BadRow(f"“{_short(word)}” is nobody in this team.")
                draft.remarks.append(f"Assigned to “{_short(word)}”, who is nobody in this team.")

    def _read_rest(self, draft: Draft, cells: Sequence[str]) -> None:
        draft.source = self._first(Target.SOURCE, cells)[:60]
        draft.tags = _once(_line(tag)[:60] for tag in _parts(self._all(Target.TAGS, cells), r"[,;|\n]"))
        draft.state = next(filter(None, map(state_of, self._all(Target.STATE, cells))), "")
        language = self._first(Target.LANGUAGE, cells).casefold()
        draft.language = language if language in dict(LANGUAGES) else _LANGUAGE_BY_NAME.get(language, "en")
        if text := self._first(Target.ADDED, cells):
            draft.added_at = _moment(text, month_first=self._country == "US")
            if draft.added_at is None:
                draft.remarks.append(f"Date “{_short(text)}” is not understood.")
        if text := self._first(Target.LOCATION, cells):
            draft.answers["location_text"] = text[:300]
        if text := self._first(Target.PRICE, cells):
            try:
                draft.answers["price_max"] = MoneyField(required=False).clean(text) or 0
            except ValidationError:
                draft.remarks.append(f"Price “{_short(text)}” is not understood.")

    def _read_notes(self, draft: Draft, cells: Sequence[str]) -> None:
        lines = []
        for place in self._places.get(Target.NOTE, ()):
            if place < len(cells) and (text := _paragraphs(_GUARDED.sub("", cells[place]))):
                header = self._of.headers[place]
                lines.append(text if folded_header(header) in SPEAKS_FOR_ITSELF else f"{_line(header)}: {text}")
        if text := self._first(Target.TIMEFRAME, cells):
            if timeframe := timeframe_of(text):
                draft.answers["timeframe"] = timeframe
            else:
                lines.append(f"Timeframe: {text}")
        whole = "\n".join(lines)
        draft.notes = [whole[at : at + NOTE_LENGTH] for at in range(0, len(whole), NOTE_LENGTH)]


def _parts(cells: Iterable[str], between: str) -> list[str]:
    return [part.strip() for cell in cells for part in re.split(between, cell) if part.strip()]


def _once(words: Iterable[str]) -> list[str]:
    """Each word once, whatever its case."""
    return list({word.casefold(): word for word in reversed(list(words)) if word}.values())[::-1]


def _digits(text: str) -> str:
    """A number as a spreadsheet left it: “5125550123.0” is whole, “5.12E+09” has lost its digits."""
    if re.fullmatch(r"\d+\.0+", text):
        return text.partition(".")[0]
    if re.fullmatch(r"\d(\.\d+)?[eE]\+?\d+", text):
        raise BadPhone("The spreadsheet shortened this number. Format the column as text and save the file again.")
    return text


def _parted(name: str) -> tuple[str, str]:
    """First and last name of a whole one: “Example, Dana” and “Dana van Example”."""
    last, comma, first = name.partition(",")
    if comma and first.strip():
        return first.strip(), last.strip()
    first, _, last = name.strip().partition(" ")
    return first, last.strip()


def _line(text: str) -> str:
    """One line without what cannot be seen."""
    return " ".join(_printable(text, allowed="").split())


def _paragraphs(text: str) -> str:
    return _printable(text.replace("\r\n", "\n").replace("\r", "\n"), allowed="\n\t").strip()


def _printable(text: str, *, allowed: str) -> str:
    if text.isascii() and text.isprintable():
        return text
    return "".join(
        each if each in allowed or unicodedata.category(each) not in {"Cc", "Cs", "Zl", "Zp"} else " "
        for each in text
        if unicodedata.bidirectional(each) not in {"LRE", "RLE", "LRO", "RLO", "PDF", "LRI", "RLI", "FSI", "PDI"}
    )


def _short(text: str) -> str:
    text = _line(text)
    return text if len(text) <= 40 else f"{text[:39]}…"


def _moment(text: str, *, month_first: bool) -> datetime | None:
    for form in (*_DATES, *(_MONTH_FIRST if month_first else _DAY_FIRST)):
        try:
            found = datetime.strptime(text, form).replace(tzinfo=UTC)
        except ValueError:
            continue
        return found if found.year > 1970 else None
    return None
