"""Busy stretches as they are kept: few, in order, none longer than a day."""

from __future__ import annotations

from collections.abc import Iterable, Iterator

from handoff.clock import DAY
from handoff.spans import Span, merged

#: Rows for one feed. With more, short gaps between events are closed: better busy than wrong.
MOST = 3000
GAPS = (300, 900, 1800, 3600, 7200)  # seconds


def stretches(spans: Iterable[Span]) -> list[Span]:
    """Return the time that these spans cover, in pieces of a day at most, so that a look into a window stays short."""
    kept = merged(spans)
    for gap in GAPS:
        if len(kept) <= MOST:
            break
        kept = [(begins, ends - gap) for begins, ends in merged((begins, ends + gap) for begins, ends in kept)]
    return [piece for span in kept for piece in _pieces(*span)]


def _pieces(begins: int, ends: int) -> Iterator[Span]:
    for start in range(begins, ends, DAY):
        yield start, min(start + DAY, ends)
