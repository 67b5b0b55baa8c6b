"""What is compared: a practice, the groups that it divides handoffs into, and what became of them.

A new question is an entry of ``PRACTICES``; counting, comparing, the page, its cases and its file follow from it.

Nothing here looks into the future. A brief counts as read if its agent had opened it when they were to meet, a
confirmation is refused once the meeting has begun, and a live transfer is connected before anything is said. What
needs time to come about is asked only of handoffs that have had it: ``Result.days``.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from django.db.models import Q

from handoff.numbers.days import TIME_TO_CLOSE


@dataclass(frozen=True, slots=True)
class Result:
    """What became of handoffs, of all of which either ``came`` or ``failed`` is true, or they are not asked.

    Only those count that took place at least so many ``days`` ago. ``words`` end “Confirmed appointments ...”.
    """

    key: str
    label: str
    words: str
    came: Q
    failed: Q
    failed_label: str
    days: int = 0


@dataclass(frozen=True, slots=True)
class Group:
    """Handoffs with which it was done, or so far. ``words`` begin a sentence about them."""

    key: str
    label: str
    words: str
    of: Q


@dataclass(frozen=True, slots=True)
class Practice:
    """A question, asked ``among`` such handoffs; the group in which it is done most comes first.

    ``caveat`` is why groups may differ without it. ``setting`` is the page that changes it, with words.
    """

    key: str
    title: str
    asks: str
    among: Q
    groups: tuple[Group, ...]
    results: tuple[Result, ...]
    caveat: str
    setting: tuple[str, str]


_MET: Final = Q(met=1)
#: An appointment by its own state, as the show rate counts it; who was put through, by whether they met.
HELD: Final = Result("held", "Held", "were held", Q(held=1), Q(no_show=1), "Missed")
STAYED: Final = Result("stayed", "Stayed to talk", "stayed to talk", _MET, Q(missed=1), "Were gone")
GOOD: Final = Result(
    "good", "Good leads", "turned out good leads", Q(judged=1, good=1), Q(judged=1, good=0), "Not good"
)
SIGNED: Final = Result(
    "signed", "Signed", "came to a signature", _MET & Q(signed=1), _MET & Q(signed=0), "Not signed", days=30
)
CLOSED: Final = Result(
    "closed",
    "Closed",
    "came to a closing",
    _MET & Q(closed=1),
    _MET & Q(closed=0),
    "Not closed",
    days=TIME_TO_CLOSE.days,
)
RESULTS_THAT_TAKE_TIME: Final = (SIGNED, CLOSED)
_BOOKED: Final = Q(booked=1)

PRACTICES: Final = (
    Practice(
        "confirmed",
        "Confirmed before the meeting",
        "Are confirmed appointments held more often?",
        _BOOKED,
        (
            Group("yes", "Confirmed", "Confirmed appointments", Q(was_confirmed=True)),
            Group("no", "Not confirmed", "Appointments that were not confirmed", Q(was_confirmed=False)),
        ),
        (HELD, GOOD, SIGNED, CLOSED),
        "Who wants to come also confirms more readily, and what is set for tomorrow is confirmed more than what is far"
        " off.",
        ("teams:policy", "When clients are reminded"),
    ),
    Practice(
        "read",
        "Brief read before the meeting",
        "Does it go better when the agent has read the brief?",
        _BOOKED,
        (
            Group("yes", "Read", "Appointments whose brief was read", Q(was_read=True)),
            Group("no", "Not read", "Appointments whose brief was not read", Q(was_read=False)),
        ),
        (HELD, GOOD, SIGNED, CLOSED),
        "Agents who read may do other things better, too, and may read first what looks promising.",
        ("teams:policy", "When agents are reminded of it"),
    ),
    Practice(
        "brief",
        "How full the brief was",
        "Do handoffs with more in the brief come to more? What counts is beyond what everybody is asked: needs, notes,"
        " a call to listen to.",
        Q(),
        (
            Group("full", "Full: 4 or more", "Handoffs with a full brief", Q(fullness__gte=4)),
            Group("some", "Some: 2 or 3", "Handoffs with something in the brief", Q(fullness__range=(2, 3))),
            Group("bare", "Bare: 1 or none", "Handoffs with a bare brief", Q(fullness__lte=1)),
        ),
        (HELD, GOOD, SIGNED, CLOSED),
        "Who is serious also tells more, and some ISAs both ask more and reach better leads.",
        ("handoff:scripts", "What the script asks"),
    ),
    Practice(
        "connected",
        "How fast a client was put through",
        "Do clients who wait less stay, and sign more?",
        Q(connect_seconds__isnull=False),
        (
            Group("30", "Under 30 s", "Clients put through in under 30 seconds", Q(connect_seconds__lt=30)),
            Group("60", "30 to 59 s", "Clients put through in 30 to 59 seconds", Q(connect_seconds__range=(30, 59))),
            Group("120", "1 to 2 min", "Clients put through in 1 to 2 minutes", Q(connect_seconds__range=(60, 119))),
            Group("more", "2 min or more", "Clients who waited 2 minutes or more", Q(connect_seconds__gte=120)),
        ),
        (STAYED, GOOD, SIGNED, CLOSED),
        "It is slow when everybody is busy, and a busy hour has other leads than a quiet one.",
        ("teams:transfers", "How agents are rung"),
    ),
)
