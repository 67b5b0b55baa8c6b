"""The week that was, as a mail on Monday morning: what came of it, against the week before, and what to look at."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from urllib.parse import urlencode

from django.urls import reverse

from handoff.aims.goals import Progress
from handoff.models.aims import Aim
from handoff.models.numbers import Basis
from handoff.numbers.asking import Question
from handoff.numbers.days import DAY
from handoff.numbers.figures import Figures, Numbers, Row, Share
from handoff.phrases import exact_money
from handoff.words.pieces import absolute
from notifications.messages import Action, Fact, Message
from teams.models import Membership

#: So many people are named.
NAMED = 3
#: Of which days the figures are; the page that the mail leads to is by the day of the meeting.
BY_DAYS = "Set and live transfers count by the day of the handoff, all else by the day of the meeting."


def weekly(
    member: Membership,
    question: Question,
    *,
    set_now: Figures,
    set_before: Figures,
    week: Numbers,
    before: Figures,
    goals: Iterable[Progress],
) -> Message:
    """Say how the week of ``question`` went: ``week`` by the day of the meeting, ``set_now`` by the day it was set."""
    total = week.total
    live, met = (set_now.live, set_before.live), (total.met, before.met)
    whose = member.team.name if member.is_lead else "You"
    last = question.until - DAY
    days = f"{question.since:%b} {question.since.day} to {last:%b} {last.day}"
    facts = [
        Fact("Appointments set", _against(set_now.set, set_before.set)),
        Fact("Held", _against(total.held, before.held)),
        Fact("Show rate", _rate(total.show_rate, before.show_rate)),
        *([Fact("Live transfers", _against(*live))] if any(live) else []),
        *([Fact("Met their agent, by any way", _against(*met))] if met != (total.held, before.held) else []),
        Fact("Good leads", _against(total.good, before.good)),
        Fact("Outcomes on time", _rate(total.outcome_on_time, before.outcome_on_time)),
    ]
    if total.missed:
        facts.append(Fact("No-shows won back", total.recovery_rate.words))
    facts += [Fact(f"{each.aim.label} this month", _goal(each, member.team.currency)) for each in goals]
    return Message(
        title=f"{whose}: {total.held} held last week, {set_now.set} set",
        lead_in=f"Your week, {days}, against the one before. {BY_DAYS}",
        facts=tuple(facts),
        lines=tuple(_lines(member, week)),
        link=absolute(f"{reverse('handoff:numbers')}?{_address(question)}"),
        link_label="See the numbers",
        actions=(Action("What is open now", absolute(reverse("handoff:baton"))),),
        footer="Sent on Monday mornings. Choose what you are mailed under Notifications.",
    )


def _lines(member: Membership, week: Numbers) -> Iterator[str]:
    if week.total.awaiting:
        yield f"Still without an outcome: {_counted(week.total.awaiting, 'appointment')} of last week."
    if member.is_lead:
        yield from _leading("Most held, by who set them", week.by_isa)
        yield from _leading("Most held, by who met them", week.by_agent)


def _leading(words: str, rows: Iterable[Row]) -> Iterator[str]:
    best = sorted((row for row in rows if row.figures.held), key=lambda row: (-row.figures.held, row.name))[:NAMED]
    if best:
        yield f"{words}: {', '.join(f'{row.name} ({row.figures.held})' for row in best)}."


def _against(now: int, before: int) -> str:
    if now == before:
        return f"{now}, as many as the week before"
    return f"{now}, {abs(now - before)} {'more' if now > before else 'fewer'} than the week before"


def _rate(now: Share, before: Share) -> str:
    if not now.whole or now.is_few or before.is_few or now.percent is None or before.percent is None:
        return now.words
    change = now.percent - before.percent
    if not change:
        return f"{now.words}, as the week before"
    points = "point" if abs(change) == 1 else "points"
    return f"{now.words}, {abs(change)} {points} {'up' if change > 0 else 'down'}"


def _goal(progress: Progress, currency: str) -> str:
    done, goal = (
        exact_money(number, currency) if progress.aim == Aim.COMMISSION else f"{number:,}"
        for number in (progress.done, progress.goal)
    )
    return f"{done} of {goal}: {progress.words.lower()}"


def _address(question: Question) -> str:
    last = question.until - DAY
    return urlencode({"since": question.since.isoformat(), "until": last.isoformat(), "by": Basis.HELD.value})


def _counted(number: int, noun: str) -> str:
    return f"{number} {noun}{'' if number == 1 else 's'}"
