"""A figure beside the same one of other days: said in counts where a percentage would mislead."""

from __future__ import annotations

from dataclasses import dataclass

from handoff.numbers.figures import Share
from handoff.phrases import exact_money


@dataclass(frozen=True, slots=True)
class Change:
    """Which way it went, 1, 0 or -1, and in words that need no colour. None: too few to say."""

    way: int | None
    words: str

    @property
    def arrow(self) -> str:
        """The same as a sign."""
        return {1: "▲", 0: "=", -1: "▼", None: ""}[self.way]


def of_counts(now: int, before: int) -> Change:
    """Say how many more or fewer there are than before."""
    if now == before:
        return Change(0, f"as before, {before:,}")
    return Change(_way(now, before), f"{abs(now - before):,} {'more' if now > before else 'fewer'} than {before:,}")


def of_money(now: int, before: int, currency: str) -> Change:
    """Say how much more or less it is; whole units of a currency (ISO 4217)."""
    if now == before:
        return Change(0, f"as before, {exact_money(before, currency)}")
    words = f"{exact_money(abs(now - before), currency)} {'more' if now > before else 'less'}"
    return Change(_way(now, before), f"{words} than {exact_money(before, currency)}")


def of_shares(now: Share, before: Share) -> Change:
    """Say by how many points a share changed; where either is of few cases, only what it was."""
    if now.percent is None or before.percent is None or now.is_few or before.is_few:
        return Change(None, f"{before.words} before" if before.whole else "none before")
    if now.percent == before.percent:
        return Change(0, f"as before, {before.words}")
    points = abs(now.percent - before.percent)
    which = "up" if now.percent > before.percent else "down"
    return Change(_way(now.percent, before.percent), f"{which} {points} point{'s' * (points != 1)} from {before.words}")


def _way(now: int, before: int) -> int:
    return (now > before) - (now < before)
