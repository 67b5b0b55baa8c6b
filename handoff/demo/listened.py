"""Agents of the demo prepare themselves: they read the brief and listen to the call, most of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from handoff.brief import read_brief
from handoff.listening import hear
from handoff.models import Handoff
from leads.models import Recording
from leads.models.recordings import RecordingKind

#: How long the demo's call is, in seconds, and how much of it is heard in the time between two words of the player.
LENGTH, HEARD = 60, 48


def prepare(handoff: Handoff, *, at: datetime) -> None:
    """Let the agent open the brief and play the call, where there is one."""
    agent = handoff.agent
    read_brief(handoff=handoff, membership=agent, at=at)
    call = Recording.objects.filter(lead=handoff.lead_id, kind=RecordingKind.LINK).first()
    if call is None:
        return
    for seconds, spans in ((0, []), (20, [(0, HEARD)])):
        moment = at + timedelta(seconds=seconds)
        hear(handoff=handoff, member=agent, call=call, spans=spans, length=LENGTH, at=moment)
