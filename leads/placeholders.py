"""Texts that people write with placeholders in braces: checked when they are saved, filled in when they are used."""

from __future__ import annotations

import difflib
import re
from collections.abc import Collection, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

#: A paragraph that begins with this is left out while something in it is not known.
OPTIONAL = "?"


class BadWording(ValueError):
    """The text cannot be used; the words say why."""


@dataclass(frozen=True, slots=True)
class Piece:
    """A stretch of a paragraph: the text's own words, something filled in, or a blank."""

    text: str
    kind: Literal["text", "fill", "missing"] = "text"


def paragraphs_of(text: str) -> list[str]:
    """Return the paragraphs of an edited text: its lines that say something."""
    return [line.strip() for line in text.splitlines() if line.strip()]


def check_placeholders(text: str, known: Collection[str]) -> None:
    """Raise BadWording for a text that has in braces what nobody can fill in."""
    for name in named_in(text):
        if name not in known:
            raise BadWording(_no_such(name, known))
    if re.search(r"[{}]", re.sub(r"\{[^{}]*\}", "", text)):
        raise BadWording("A brace stands alone. Braces go around a placeholder: {first_name}.")


def named_in(text: str) -> list[str]:
    """Return what stands in braces."""
    return re.findall(r"\{([^{}]*)\}", text)


def fill(text: str, values: Mapping[str, str], *, blanks: Mapping[str, str] | None = None) -> tuple[Piece, ...]:
    """Put values into one text, in a single pass: braces inside a value stay what they are.

    A placeholder that is unknown or empty becomes a visible blank, never an error; ``blanks`` says what it is called
    then, where that is not its own name.
    """
    pieces = []
    for index, part in enumerate(re.split(r"\{([a-z_]*)\}", text)):
        if index % 2 == 0:
            if part:
                pieces.append(Piece(part))
        elif value := values.get(part):
            pieces.append(Piece(value, "fill"))
        else:
            pieces.append(Piece(f"[{(blanks or {}).get(part, part.replace('_', ' '))}]", "missing"))
    return tuple(pieces)


def fill_paragraphs(
    paragraphs: Sequence[str], values: Mapping[str, str], *, blanks: Mapping[str, str] | None = None
) -> Iterator[tuple[Piece, ...]]:
    """Yield the paragraphs with these values in them; an optional one only where all of it is known."""
    for paragraph in paragraphs:
        pieces = fill(paragraph.removeprefix(OPTIONAL), values, blanks=blanks)
        is_whole = all(piece.kind != "missing" for piece in pieces)
        if is_whole or not paragraph.startswith(OPTIONAL):
            yield pieces


def _no_such(name: str, known: Collection[str]) -> str:
    near = difflib.get_close_matches(name.strip().lower(), list(known), n=1)
    hint = f" Did you mean {{{near[0]}}}?" if near else ""
    return f"There is no placeholder {{{name[:40]}}}.{hint}"
