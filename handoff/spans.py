"""Spans of time as pairs of numbers [from, to), and the two things that are done with them."""

from __future__ import annotations

from collections.abc import Iterable

Span = tuple[int, int]


def merged(spans: Iterable[Span]) -> list[Span]:
    """Return the same time in order, with spans that touch or overlap made one."""
    result: list[Span] = []
    for begins, ends in sorted(spans):
        if result and begins <= result[-1][1]:
            if ends > result[-1][1]:
                result[-1] = (result[-1][0], ends)
        else:
            result.append((begins, ends))
    return result


def minus(spans: Iterable[Span], taken: list[Span]) -> list[Span]:
    """Return what is left of merged spans when merged others are taken out. One pass over both."""
    left: list[Span] = []
    position = 0
    for span_begins, ends in spans:
        begins = span_begins
        while position < len(taken) and taken[position][1] <= begins:
            position += 1
        look = position
        while look < len(taken) and taken[look][0] < ends:
            if taken[look][0] > begins:
                left.append((begins, taken[look][0]))
            begins = max(begins, taken[look][1])
            look += 1
        if begins < ends:
            left.append((begins, ends))
    return left
