"""How many segments a text takes: 160 characters of the GSM alphabet or 70 of any other; less when they are joined.

Alphabet: 3GPP TS 23.038, 6.2.1. One character outside of it makes the whole text UCS-2, counted in 16-bit units.
"""

from __future__ import annotations

from dataclasses import dataclass

BASIC = frozenset(
    "@£$¥èéùìòÇ\nØø\rÅåΔ_ΦΓΛΩΠΨΣΘΞÆæßÉ !\"#¤%&'()*+,-./0123456789:;<=>?¡ABCDEFGHIJKLMNOPQRSTUVWXYZÄÖÑÜ§"
    "¿abcdefghijklmnopqrstuvwxyzäöñüà"
)
EXTENDED = frozenset("^{}\\[~]|€\f")  # each takes an escape besides
#: Curly quotes, dashes, the ellipsis, the hard space, the middle dot: what our own words are written with.
ALIKE = str.maketrans(
    {
        "\u201c": '"', "\u201d": '"', "\u2018": "'", "\u2019": "'", "\u2013": "-", "\u2014": "-",
        "\u2026": "...", "\u00a0": " ", "\u00b7": "-", "\u202f": " ",
    }
)  # fmt: skip


@dataclass(frozen=True, slots=True)
class Size:
    """What a text costs."""

    encoding: str
    segments: int


def plainer(text: str) -> str:
    """Return the text with typographic signs as phones have always had them: a curly quote would cost a segment."""
    return text.translate(ALIKE)


def size_of(text: str) -> Size:
    """Return the encoding and the number of segments."""
    if all(character in BASIC or character in EXTENDED for character in text):
        units = sum(2 if character in EXTENDED else 1 for character in text)
        return Size("GSM-7", _count(units, single=160, joined=153))
    units = len(text.encode("utf-16-le")) // 2
    return Size("UCS-2", _count(units, single=70, joined=67))


def _count(units: int, *, single: int, joined: int) -> int:
    return 1 if units <= single else -(-units // joined)
