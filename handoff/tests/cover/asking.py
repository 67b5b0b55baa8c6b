"""An agent says that they cannot make it, and what is asked of others then."""

from __future__ import annotations

from datetime import timedelta

from handoff.cover.asking import ask_for_cover
from handoff.tests.factories import NOW
from leads.models import Task
from leads.states import Via

LATER = NOW + timedelta(minutes=2)


def ask(handoff, *, reason="My car broke down", at=NOW, by=None):
    handoff.refresh_from_db()
    return ask_for_cover(handoff=handoff, agent=by or handoff.agent, reason=reason, via=Via.PAGE, at=at)


def tasks(handoff):
    return Task.objects.open().filter(kind="cover", key__startswith=f"{handoff.about}|")
