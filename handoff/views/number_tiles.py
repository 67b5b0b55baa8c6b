"""The tiles of the dashboard: a figure each, what it is of, how it changed, and where its cases are."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta

from handoff.numbers.compared import Change, of_counts, of_money, of_shares
from handoff.numbers.dashboard import Dashboard, Earlier
from handoff.numbers.figures import FEW, Figures, Share
from handoff.numbers.pace import Pace
from handoff.numbers.panels import Link
from handoff.phrases import exact_money
from handoff.templatetags.spans import lasted


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in words."""

    label: str
    words: str
    note: str
    url: str
    change: Change | None = None


def main_tiles(shown: Dashboard, *, link: Link) -> list[Tile]:
    """Return what is looked at first: set, held, how many came, how many were good."""
    now, earlier = shown.numbers.total, shown.earlier
    good = f"of {now.judged:,} who came" if now.good_rate.is_few else f"{now.good_rate.words} of those who came"
    return [
        Tile("Set", f"{now.set:,}", _besides(now), link("set"), _change(now, earlier, "set")),
        Tile("Held", f"{now.held:,}", _not_held(now), link("held"), _change(now, earlier, "held")),
        Tile(
            "Show rate",
            now.show_rate.words,
            _of(now.show_rate, "held or missed"),
            link("held"),
            _change(now, earlier, "show_rate"),
        ),
        Tile("Good leads", f"{now.good:,}", good, link("good"), _change(now, earlier, "good")),
    ]


def other_tiles(shown: Dashboard, *, link: Link, currency: str) -> list[Tile]:
    """Return the rest: what it brought, and what keeps a lead from being dropped."""
    now, earlier = shown.numbers.total, shown.earlier
    way = f"{now.signed:,} signed, {now.contracted:,} came under contract"
    money, brought = exact_money(now.commission, currency), f"of {now.closed:,} closing{'s' * (now.closed != 1)}"
    late = f"{now.overdue:,} overdue now" if now.overdue else "none overdue"
    earned = of_money(now.commission, earlier.total.commission, currency) if earlier else None
    closed = _change(now, earlier, "closed")
    if earlier and earlier.unfair_since:
        closed = Change(None, f"{earlier.total.closed:,} before")
        earned = Change(None, f"{exact_money(earlier.total.commission, currency)} before")
    return [
        Tile("Closed", f"{now.closed:,}", way, link("closed"), closed),
        Tile("Commission", money, brought, link("closed"), earned),
        Tile(
            "Outcome on time",
            now.outcome_on_time.words,
            late,
            link("on_time"),
            _change(now, earlier, "outcome_on_time"),
        ),
        Tile(
            "No-shows recovered",
            f"{now.recovered:,}",
            f"of {now.missed:,} who did not come{_without_a_time(now)}",
            link("recovered"),
            _change(now, earlier, "recovered"),
        ),
        _speed(shown, link=link),
    ]


def _change(now: Figures, earlier: Earlier | None, name: str) -> Change | None:
    if earlier is None:
        return None
    new, old = getattr(now, name), getattr(earlier.total, name)
    return of_shares(new, old) if isinstance(new, Share) else of_counts(new, old)


def _speed(shown: Dashboard, *, link: Link) -> Tile:
    pace = shown.pace
    if pace.is_few:
        note = f"under {FEW}: too few to conclude from" if pace.cases else "no live transfer"
    else:
        note = f"nine of ten within {about(pace.p90)}"
    was = _faster(pace, shown.earlier.pace) if shown.earlier else None
    return Tile("Speed to connect, about", seconds_words(pace.median), note, link("connected"), was)


def _faster(now: Pace, before: Pace) -> Change:
    if now.is_few or before.is_few:
        return Change(None, f"{about(before.median)} before" if before.cases else "none before")
    by = round((now.median or 0) - (before.median or 0))
    if not by:
        return Change(0, f"as before, {about(before.median)}")
    words = f"{seconds_words(abs(by))} {'slower' if by > 0 else 'faster'} than {about(before.median)}"
    return Change(1 if by > 0 else -1, words)


def seconds_words(seconds: float | None) -> str:
    """Write “38 s” or “1 min 20 s”; a dash for none."""
    return lasted(None if seconds is None else timedelta(seconds=round(seconds)))


def about(seconds: float | None) -> str:
    """Say “about 38 s” of what was read from steps; a dash for none."""
    return seconds_words(None) if seconds is None else f"about {seconds_words(seconds)}"


def _besides(now: Figures) -> str:
    said = [f"{now.live:,} live transfer{'s' * (now.live != 1)}"] if now.live else []
    said += [f"{now.direct:,} handed over at once"] if now.direct else []
    return f"and {', '.join(said)}" if said else "appointments"


def _not_held(now: Figures) -> str:
    """Say what became of the rest: with those held they are all that were set, each once."""
    said = [f"{now.no_show:,} no-show{'s' * (now.no_show != 1)}"]
    more = (
        (now.to_come, "to come"),
        (now.awaiting, "awaiting outcome"),
        (now.to_rebook, "to be booked again"),
        (now.cancelled, "called off"),
    )
    return ", ".join([*said, *(f"{number:,} {words}" for number, words in more if number)])


def _without_a_time(now: Figures) -> str:
    """Say why more did not come than appointments were missed: who is handed over at once may not come either."""
    return ", live and direct ones too" if now.missed != now.no_show else ""


def _of(share: Share, words: str) -> str:
    return f"under {FEW}: too few for a rate" if share.is_few else f"{share.part:,} of {share.whole:,} {words}"
