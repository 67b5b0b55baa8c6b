"""What an agent is known for, said so that it stands by itself and is true of this client."""

from __future__ import annotations

from typing import Final

from handoff.phrases import as_sentence, one_line
from leads.models.lpmama import Side

#: A title with one of these says what somebody is; any other what they do.
ROLES: Final = frozenset({
    "adviser", "advisor", "agent", "broker", "consultant", "expert", "guide", "lead", "manager", "negotiator",
    "partner", "pro", "realtor", "specialist",
})  # fmt: skip
#: How words about the other half of a move begin: who only buys is not told of sales.
_OTHER_HALF: Final = {Side.BUY: ("sell", "sale", "list"), Side.SELL: ("buy", "purchas", "first")}
#: Words that begin a title with a capital and are written small within a sentence; a place keeps its own.
_SMALL: Final = frozenset({
    "condos", "downtown", "family", "first", "historic", "homes", "land", "luxury", "new", "second", "waterfront",
})  # fmt: skip


def is_about(text: str, side: str) -> bool:
    """Whether words about an agent mean something to this client; where their side is not known, they do."""
    unwanted = _OTHER_HALF.get(Side(side), ()) if side else ()
    return not any(word.startswith(unwanted) for word in text.lower().split()) if unwanted else True


def known_as(first_name: str, title: str, *, side: str = "") -> str:
    """Return a whole sentence of an agent's title, whatever shape it has; nothing where it does not fit the client.

    “Ana is our Riverside specialist.”, “What Dev is known for: selling and buying in one move.”
    """
    title = one_line(title).strip().rstrip(".")
    if not title or not is_about(title, side):
        return ""
    words = title.split()
    if words[0].lower() in {"our", "the"}:
        words = words[1:] or words
    if words[0].lower() in _SMALL | ROLES or words[0].endswith("ing"):
        words[0] = words[0].lower()
    said = " ".join(words)
    if ROLES.intersection(word.lower().strip(",") for word in words):
        return as_sentence(f"{first_name} is our {said}")
    return as_sentence(f"What {first_name} is known for: {said}")


def line_about(line: str, *, side: str = "") -> str:
    """Return an agent's own line, a sentence already; nothing where it does not fit the client."""
    return line if is_about(line, side) else ""
