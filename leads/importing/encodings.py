"""Which encoding a text file is in: what its first bytes say, or what all of it fits."""

from __future__ import annotations

import codecs
from dataclasses import dataclass

#: What a person may choose instead, in words.
ENCODINGS = {
    "utf-8": "UTF-8",
    "cp1252": "Windows (Western)",
    "utf-16-le": "UTF-16 (Excel “Unicode text”)",
    "utf-16-be": "UTF-16, big-endian",
    "mac-roman": "Macintosh",
}
REPLACEMENT = "\ufffd"
#: Longer ones first: the mark of UTF-32 begins like that of UTF-16.
_MARKS = (
    (codecs.BOM_UTF32_LE, "utf-32-le"),
    (codecs.BOM_UTF32_BE, "utf-32-be"),
    (codecs.BOM_UTF8, "utf-8"),
    (codecs.BOM_UTF16_LE, "utf-16-le"),
    (codecs.BOM_UTF16_BE, "utf-16-be"),
)


@dataclass(frozen=True, slots=True)
class Reading:
    """An encoding, and how many characters of the file it cannot make out (they are shown as “�”)."""

    encoding: str
    broken: int


class Detector:
    """Looks at a file piece by piece, as it comes in; the whole of it is never held."""

    def __init__(self) -> None:
        self._head = b""
        self._decoder = codecs.getincrementaldecoder("utf-8")(errors="replace")
        self._broken = self._beyond_ascii = self._undefined = 0

    def look(self, piece: bytes) -> None:
        """Take in the next piece."""
        if len(self._head) < 4096:
            self._head += piece[:4096]
        self._count(self._decoder.decode(piece))
        self._undefined += sum(piece.count(bytes([byte])) for byte in (0x81, 0x8D, 0x8F, 0x90, 0x9D))

    def reading(self) -> Reading:
        """What the file is in. Without a mark: UTF-8 if most of it fits, else what Windows writes."""
        self._count(self._decoder.decode(b"", final=True))
        marked = next((name for mark, name in _MARKS if self._head.startswith(mark)), "")
        if marked == "utf-8":
            return Reading("utf-8", self._broken)
        if marked or (wide := _looks_wide(self._head)):
            return Reading(marked or wide, 0)
        if self._broken and self._broken * 4 >= self._beyond_ascii:
            return Reading("cp1252", self._undefined)
        return Reading("utf-8", self._broken)

    def _count(self, text: str) -> None:
        self._broken += text.count(REPLACEMENT)
        self._beyond_ascii += 0 if text.isascii() else sum(1 for character in text if character > "\x7f")


def _looks_wide(head: bytes) -> str:
    """UTF-16 without its mark: in text of our alphabets every second byte is zero."""
    if len(head) < 4 or head.count(0) * 3 < len(head):
        return ""
    return "utf-16-le" if head[1::2].count(0) > head[::2].count(0) else "utf-16-be"
