"""Taking a mail apart (RFC 5322, RFC 2045) without trusting a byte of it: what is broken reads as less.

The oldest of the library's policies is used on purpose: the newer one raises on headers that it cannot parse.
"""

from __future__ import annotations

import contextlib
import email
import re
from collections.abc import Iterator
from email.errors import HeaderParseError
from email.header import decode_header
from email.message import Message
from email.policy import compat32
from email.utils import getaddresses
from html.parser import HTMLParser

from notifications.wording import many_lines, one_line

MOST_PARTS = 60
_IDS = re.compile(r"<[^<>\s]{1,250}>")
#: What a mail program puts above the mail that it answers; from there on it is our own text again.
_QUOTED = re.compile(r"^(>|On .{0,200} wrote:\s*$|-{3,}\s*Original Message|_{20,}\s*$|From: .{1,200}$)", re.IGNORECASE)


def opened(raw: bytes) -> Message:
    """Return the mail as a tree of parts."""
    return email.message_from_bytes(raw, policy=compat32)


def parts_of(mail: Message) -> Iterator[Message]:
    """Give the parts of a mail, the outermost first, as many as a person could mean."""
    for number, part in enumerate(mail.walk()):
        if number >= MOST_PARTS:
            return
        yield part


def told(mail: Message, name: str) -> list[str]:
    """Return what stands in the headers of this name, as it was sent; bytes that are no ASCII are read as UTF-8."""
    found = (str(value) for key, value in mail.raw_items() if key.lower() == name.lower())
    return [value.encode("utf-8", "surrogateescape").decode("utf-8", "replace") for value in found]


def first(mail: Message, name: str) -> str:
    """Return the first of them; empty if there is none."""
    return next(iter(told(mail, name)), "").strip()


def header(mail: Message, name: str, limit: int) -> str:
    """Return a header in words, on one line."""
    words, value = [], first(mail, name)
    try:
        for piece, charset in decode_header(value):
            words.append(piece if isinstance(piece, str) else _decoded(piece, charset or "utf-8"))
    except (ValueError, HeaderParseError):  # base64 that is none
        return one_line(value, limit)
    return one_line("".join(words), limit)


def address_in(mail: Message, name: str) -> str:
    """Return the first address of a header, lower-case; empty if there is none."""
    found = getaddresses(told(mail, name)[:1])
    return next((one_line(address, 254).lower() for _, address in found if "@" in address), "")


def ids_in(mail: Message, *names: str) -> tuple[str, ...]:
    """Return the Message-IDs that these headers name, each once."""
    said = " ".join(value for name in names for value in told(mail, name))
    return tuple(dict.fromkeys(_IDS.findall(said[:20_000])))


def text_in(part: Message) -> str:
    """Return the text of a part, whatever it was written in."""
    payload = part.get_payload(decode=True)
    if not isinstance(payload, bytes):
        return ""
    return _decoded(payload, str(part.get_content_charset("utf-8")))


def said_in(mail: Message, limit: int) -> str:
    """Return what the person wrote, without the mail that they answered: of the plain part, else of the HTML."""
    for kind in ("text/plain", "text/html"):
        for part in parts_of(mail):
            if part.get_content_type() == kind and "attachment" not in first(part, "Content-Disposition").lower():
                text = text_in(part)
                said = many_lines(_without_quote(text if kind == "text/plain" else _without_tags(text)), limit)
                if said:
                    return said
    return ""


def _decoded(payload: bytes, charset: str) -> str:
    try:
        return payload.decode(charset, "replace")
    except (LookupError, ValueError):  # a charset that nobody knows, or that is none
        return payload.decode("utf-8", "replace")


def _without_quote(text: str) -> str:
    kept: list[str] = []
    for line in text.replace("\r\n", "\n").split("\n"):
        if _QUOTED.match(line.strip()) and any(each.strip() for each in kept):
            break
        if not line.lstrip().startswith(">"):
            kept.append(line)
    return "\n".join(kept)


class _Words(HTMLParser):
    """Keeps the words of a page, a line for each block."""

    def __init__(self) -> None:
        super().__init__()
        self.words: list[str] = []
        self._hidden = 0

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:  # noqa: ARG002 - its signature
        if tag in {"style", "script", "head"}:
            self._hidden += 1
        if tag in {"br", "p", "div", "tr", "li", "blockquote"}:
            self.words.append("\n")

    def handle_endtag(self, tag: str) -> None:
        if tag in {"style", "script", "head"}:
            self._hidden = max(0, self._hidden - 1)

    def handle_data(self, data: str) -> None:
        if not self._hidden:
            self.words.append(data)


def _without_tags(page: str) -> str:
    reader = _Words()
    with contextlib.suppress(AssertionError):  # how the parser says that markup is broken; the words before it count
        reader.feed(page)
    return re.sub(r"\n\s*\n+", "\n", "".join(reader.words))
