"""How money, times and contact details are written in messages and said aloud."""

from __future__ import annotations

import re
import unicodedata
from datetime import datetime
from zoneinfo import ZoneInfo

from handoff.models.appointments import How
from notifications.wording import unlinked
from teams.templatetags.look import clock_words, day_words, money_short

SYMBOLS = {"USD": "$", "CAD": "CA$", "AUD": "A$", "EUR": "€", "GBP": "£"}
LANGUAGES = {
    "ar": "Arabic",
    "de": "German",
    "en": "English",
    "es": "Spanish",
    "fa": "Persian",
    "fr": "French",
    "hi": "Hindi",
    "it": "Italian",
    "ja": "Japanese",
    "ko": "Korean",
    "pl": "Polish",
    "pt": "Portuguese",
    "ru": "Russian",
    "tl": "Tagalog",
    "uk": "Ukrainian",
    "vi": "Vietnamese",
    "zh": "Chinese",
}
#: Control and line-separating characters, and halves of surrogate pairs: a space says as much.
_BREAKING = frozenset({"Cc", "Cs", "Zl", "Zp"})
#: What joins letters in Persian, in Indian scripts and in emoji; all else that is invisible can disguise a text.
_JOINERS = "\u200c\u200d"
MEETING_WORDS = {How.CALL: "Call", How.VIDEO: "Video call", How.IN_PERSON: "Meeting"}


def money(amount: int, currency: str) -> str:
    """Say "$450k" for whole units of a currency (ISO 4217)."""
    return money_short(amount, SYMBOLS.get(currency, f"{currency} "))


def exact_money(amount: int, currency: str) -> str:
    """Say "$13,500" for whole units of a currency (ISO 4217)."""
    return f"{SYMBOLS.get(currency, f'{currency} ')}{amount:,}"


def money_range(low: int | None, high: int | None, currency: str) -> str:
    """Say "$400k-$450k", "up to $450k", "from $400k", or nothing."""
    if low and high:
        return f"{money(low, currency)}-{money(high, currency)}"
    if high:
        return f"up to {money(high, currency)}"
    return f"from {money(low, currency)}" if low else ""


def as_sentence(text: str) -> str:
    """Let a text of any shape stand by itself: "first homes" is said as "First homes."."""
    text = text.strip()
    if not text:
        return ""
    return f"{text[0].upper()}{text[1:]}" + ("" if text[-1] in ".!?…" else ".")


def local_moment(moment: datetime, zone: str) -> str:
    """Say "Tue, Nov 24, 3:30 PM CST": a moment (aware) on the clock of an IANA zone, which it names."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{day_words(local)}, {zoned_clock(moment, zone)}"


def zoned_clock(moment: datetime, zone: str) -> str:
    """Say "3:30 PM CST"; zones without an abbreviation of their own read "3:30 PM GMT-03"."""
    local = moment.astimezone(ZoneInfo(zone))
    return re.sub(r"(?<= )([+-]\d{2,4})$", r"GMT\1", clock_words(local))


def spoken_moment(moment: datetime, zone: str) -> str:
    """Say "Tuesday, November 24 at 3:30 PM": for a voice on the phone, in the listener's zone."""
    local = moment.astimezone(ZoneInfo(zone))
    return f"{local:%A, %B} {local.day} at {local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


def spoken_phone(number: str) -> str:
    """Say "5 1 2, 5 5 5, 0 1 2 3" of a North American E.164 number; other numbers digit by digit."""
    digits = re.sub(r"\D", "", number)
    if number.startswith("+1") and len(digits) == 11:
        return ", ".join(" ".join(part) for part in (digits[1:4], digits[4:7], digits[7:]))
    return " ".join(digits)


def spoken_email(address: str) -> str:
    """Say "dana dot example at example dot com": how an address is read back."""
    words = {".": " dot ", "@": " at ", "-": " dash ", "_": " underscore ", "+": " plus "}
    return re.sub(r"\s+", " ", "".join(words.get(letter, letter) for letter in address)).strip()


def language_name(code: str) -> str:
    """The English name of an ISO 639-1 code; the code itself when we have no name for it."""
    return LANGUAGES.get(code, code)


def one_line(text: str, limit: int = 120, *, unlink: bool = True) -> str:
    """A stranger's text as one plain line: no control or direction-changing characters, bounded, and no links.

    ``unlink`` is for what leaves the team. A dot between letters is what makes mail programs draw a link, so it
    becomes a space.
    """
    kept = "".join(_kept(letter) for letter in text)
    if unlink:
        kept = unlinked(kept)
    flat = " ".join(kept.split())
    return flat if len(flat) <= limit else f"{flat[: limit - 1].rstrip()}…"


def _kept(letter: str) -> str:
    category = unicodedata.category(letter)
    if category == "Cf" and letter not in _JOINERS:
        return ""
    return " " if category in _BREAKING else letter
