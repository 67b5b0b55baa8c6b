"""Finding over-promises in what an ISA wrote, with the words that make them."""

from __future__ import annotations

import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
from typing import Final

from handoff.overpromises.patterns import DENIED, DOUBTLESS, HEDGED, NAMES, PATTERNS, Pattern, PromiseKind

_SENTENCE: Final = re.compile(r"[^.!?;\n]*(?:\.(?=\d)[^.!?;\n]*)*[.!?;\n]?")
#: Where a thought ends inside a sentence: a “no” before it takes nothing back after it.
_CLAUSE: Final = re.compile(r"(?<!\d),|,(?!\d)|:|[()“”\"]| [\u2013\u2014-] |\b(?:but|however|so)\b", re.IGNORECASE)

#: The apostrophe that phones write; the patterns know the plain one.
_CURLY: Final = "\N{RIGHT SINGLE QUOTATION MARK}"


@dataclass(frozen=True, slots=True)
class Found:
    """A promise in a text: ``text[start:end]`` are its words."""

    kind: PromiseKind
    start: int
    end: int


def find(text: str, *, off: Collection[str] = (), own: Collection[str] = ()) -> list[Found]:
    """Return the promises in the order in which they stand, none within another.

    ``off``: kinds that are not looked for; ``own``: the team's own words, found as they stand, whatever the case.
    """
    watched = text[:LONGEST]
    kept: list[Found] = []
    for each in sorted([*_built_in(watched, off), *_own(watched, own)], key=lambda one: (one.start, -one.end)):
        if not kept or each.start >= kept[-1].end:
            kept.append(each)
    return kept


#: No field is longer; nobody makes this take long.
LONGEST: Final = 5_000


def _built_in(text: str, off: Collection[str]) -> Iterator[Found]:
    seen = NAMES.sub(_blank, text.replace(_CURLY, "'"))
    watched = [pattern for pattern in PATTERNS if pattern.kind not in off]
    for sentence in _SENTENCE.finditer(seen):
        if not sentence[0].strip() or sentence[0].rstrip().endswith("?"):  # who asks promises nothing
            continue
        for pattern in watched:
            for match in pattern.regex.finditer(sentence[0]):
                if _is_meant(sentence[0], match, pattern):
                    offset = sentence.start()
                    yield Found(pattern.kind, offset + match.start(), offset + match.end())


def _is_meant(sentence: str, match: re.Match[str], pattern: Pattern) -> bool:
    """Whether nothing before it, in the same thought, says that it is not so, or only asked, hoped or heard."""
    clause = max((cut.end() for cut in _CLAUSE.finditer(sentence, 0, match.start())), default=0)
    plain = DOUBTLESS.sub(_blank, sentence)
    reach = match.start() if pattern.has_own_no else match.end()
    is_denied = DENIED.search(plain, clause, reach) is not None
    return not is_denied and HEDGED.search(plain, clause, match.end()) is None


def _own(text: str, words: Collection[str]) -> Iterator[Found]:
    for each in words:
        for match in re.finditer(rf"(?<!\w){re.escape(each)}(?!\w)", text, re.IGNORECASE):
            yield Found(PromiseKind.OWN, match.start(), match.end())


def _blank(match: re.Match[str]) -> str:
    return " " * len(match[0])
