"""A time that lies ahead by the clock that pages ask, and an agent who cannot make it."""

from __future__ import annotations

from datetime import timedelta

from django.utils import timezone

from handoff.cover.asking import ask_for_cover
from handoff.slots import free_slots
from leads.states import Via

ALL_DAY = "00:00-23:59 mon-sun"


def tomorrow(whose, to, *, after=timedelta()):
    """The first free time at least a day, and ``after`` besides, ahead."""
    start = timezone.now() + timedelta(days=1) + after
    asked = {"start": start, "end": start + timedelta(days=2), "minutes": 45, "at": timezone.now()}
    return free_slots(lead=whose, team=to.team, agents=[to], **asked)[0].starts_at


def asked(handoff):
    return ask_for_cover(
        handoff=handoff, agent=handoff.agent, reason="My car broke down", via=Via.PAGE, at=timezone.now()
    )
