"""The tiles of the dashboard: a figure each, what it is of, how it changed, and where its cases are."""

from __future__ import annotations

from collections.abc import Iterable
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
class Part:
    """One thing that a note says, and where its cases are."""

    words: str
    url: str = ""


@dataclass(frozen=True, slots=True)
class Tile:
    """One figure in words, and in its note what it is of, each part with its own cases."""

    label: str
    words: str
    url: str
    note: tuple[Part, ...]
    change: Change | None = None


def main_tiles(shown: Dashboard, *, link: Link) -> list[Tile]:
    """Return what is looked at first: set, held, how many came, how many were good."""
    now, earlier = shown.numbers.total, shown.earlier
    good = f"of {now.judged:,} who came" if now.good_rate.is_few else f"{now.good_rate.words} of those who came"
    good_leads = Tile(
        "Good leads", f"{now.good:,}", link("good"), (Part(good, link("judged")),), _change(now, earlier, "good")
    )
    if not now.set and now.handed:
        return [*_without_appointments(now, earlier, link), good_leads]
    shown_or_not = Part(_of(now.show_rate, "held or missed"), link("held_or_missed"))
    return [
        Tile("Set", f"{now.set:,}", link("set"), _besides(now, link), _change(now, earlier, "set")),
        Tile("Held", f"{now.held:,}", link("held"), _not_held(now, link), _change(now, earlier, "held")),
        Tile(
            "Show rate",
            now.show_rate.words,
            link("held_or_missed"),
            (shown_or_not,),
            _change(now, earlier, "show_rate"),
        ),
        good_leads,
    ]


def _without_appointments(now: Figures, earlier: Earlier | None, link: Link) -> list[Tile]:
    """Return what is looked at first of live transfers and of leads that were handed over at once."""
    met = Part(f"of {now.handed:,} handed off", link("handed"))
    return [
        Tile("Handed off", f"{now.handed:,}", link("handed"), _besides(now, link), _change(now, earlier, "handed")),
        Tile("Met their agent", f"{now.met:,}", link("met"), (met,), _change(now, earlier, "met")),
    ]


def other_tiles(shown: Dashboard, *, link: Link, currency: str) -> list[Tile]:
    """Return the rest: what it brought, and what keeps a lead from being dropped."""
    now, earlier = shown.numbers.total, shown.earlier
    way = (
        Part(f"{now.signed:,} signed", link("signed")),
        Part(f"{now.contracted:,} came under contract", link("contracted")),
    )
    brought = Part(f"of {now.closed:,} closing{'s' * (now.closed != 1)}", link("closed"))
    late = _counted(((now.late, "late or overdue", "late"), (now.overdue, "overdue now", "overdue")), link)
    earned = of_money(now.commission, earlier.total.commission, currency) if earlier else None
    closed = _change(now, earlier, "closed")
    if earlier and earlier.unfair_since:
        closed = Change(None, f"{earlier.total.closed:,} before")
        earned = Change(None, f"{exact_money(earlier.total.commission, currency)} before")
    return [
        Tile("Closed", f"{now.closed:,}", link("closed"), way, closed),
        Tile("Commission", exact_money(now.commission, currency), link("closed"), (brought,), earned),
        Tile(
            "Outcome on time",
            now.outcome_on_time.words,
            link("due"),
            late or (Part("none late"),),
            _change(now, earlier, "outcome_on_time"),
        ),
        Tile(
            "No-shows recovered",
            f"{now.recovered:,}",
            link("recovered"),
            (Part(f"of {now.missed:,} who did not come{_without_a_time(now)}", link("missed")),),
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
    return Tile("Speed to connect, about", seconds_words(pace.median), link("connected"), (Part(note),), was)


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


def _besides(now: Figures, link: Link) -> tuple[Part, ...]:
    said = _counted(
        (
            (now.live, f"live transfer{'s' * (now.live != 1)}{' besides' * bool(now.set)}", "live"),
            (now.direct, "handed over at once", "direct"),
        ),
        link,
    )
    return said or (Part("appointments"),)


def _not_held(now: Figures, link: Link) -> tuple[Part, ...]:
    """Say what became of the rest: with those held they are all that were set, each once."""
    more = (
        (now.to_come, "to come", "to_come"),
        (now.awaiting, "awaiting outcome", "awaiting"),
        (now.to_rebook, "to be booked again", "to_rebook"),
        (now.cancelled, "called off", "cancelled"),
    )
    missed = f"{now.no_show:,} no-show{'s' * (now.no_show != 1)}"
    return (Part(missed, link("no_show") if now.no_show else ""), *_counted(more, link))


def _counted(counts: Iterable[tuple[int, str, str]], link: Link) -> tuple[Part, ...]:
    """Say each count that is not nought, with its cases."""
    return tuple(Part(f"{number:,} {words}", link(what)) for number, words, what in counts if number)


def _without_a_time(now: Figures) -> str:
    """Say why more did not come than appointments were missed: who is handed over at once may not come either."""
    return ", live and direct ones too" if now.missed != now.no_show else ""


def _of(share: Share, words: str) -> str:
    return f"under {FEW}: too few for a rate" if share.is_few else f"{share.part:,} of {share.whole:,} {words}"
