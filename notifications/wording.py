"""Text made safe to travel: whatever a person typed, a message that carries it can be stored, sent and read.

The doors refuse such text (teams.text); this is the second fence, because a message that cannot be stored would undo
the change that it tells of, and one that cannot be sent would be tried for hours.
"""

from __future__ import annotations

import re
import unicodedata

_UNSENDABLE = frozenset({"Cc", "Cs"})  # control characters and halves of surrogate pairs
_REORDERING = dict.fromkeys((0x202D, 0x202E))  # overrides that make a text read as another; isolates are harmless


def one_line(text: str, limit: int = 0) -> str:
    """Return the text on one line, without control characters, cut to ``limit`` characters if one is given."""
    return cut(" ".join(_sendable(text, keep="").split()), limit)


def many_lines(text: str, limit: int = 0) -> str:
    """Return the text with plain line ends and without other control characters, cut to ``limit`` characters."""
    return cut(_sendable(text.replace("\r\n", "\n").replace("\r", "\n"), keep="\n\t").strip(), limit)


def unlinked(text: str) -> str:
    """Return a stranger's text so that no mail program draws a link in it: a dot between letters is what makes one."""
    return re.sub(r"(?<=\w)[.](?=\w)|://|[<>\[\]{}@/\\]", " ", text)


def cut(text: str, limit: int) -> str:
    """Return at most ``limit`` characters, the last an ellipsis if some had to go. 0 is no limit."""
    return text if not limit or len(text) <= limit else text[: limit - 1].rstrip() + "…"


def _sendable(text: str, *, keep: str) -> str:
    return "".join(
        character if character in keep or unicodedata.category(character) not in _UNSENDABLE else " "
        for character in text.translate(_REORDERING)
    )
