"""What an agent was told of an invented client, as the brief reads it: ``handoff.facts`` in text, made fast."""

from __future__ import annotations

import json
from datetime import datetime
from typing import Any

from handoff.demo.history.clients import Client
from handoff.demo.history.passes import Meeting
from handoff.demo.history.people import ZONE, Cast
from handoff.facts import VERSION, agent_facts, recording_facts
from handoff.models.appointments import How
from handoff.states import Method
from handoff.terms import frozen
from leads.models import Recording
from leads.models.recordings import RecordingKind
from teams.models import Membership


class Frozen:
    """Writes facts. What is the same in many of them is put into JSON once."""

    def __init__(self, cast: Cast, *, call_url: str) -> None:
        self._agents = {each.member.pk: json.dumps(agent_facts(each.member)) for each in cast.agents}
        self._setters = {each.member.pk: json.dumps(_setter(each.member)) for each in cast.isas}
        self._terms = json.dumps(frozen(cast.team.policy))[:-1]
        self._recording = json.dumps(recording_facts(Recording(kind=RecordingKind.LINK, url=call_url)))

    def facts(
        self,
        client: Client,
        *,
        lead: int,
        method: Method,
        at: datetime,
        agent: int | None,
        meeting: Meeting | None = None,
        place: str = "",
    ) -> str:
        """Return them as JSON; without an agent as a transfer has them, and without the terms of a handoff."""
        setter = client.isa.member
        note, said_at = "", client.talked_at.isoformat()
        if client.note:
            note = f'{{"text": "{client.note}", "author": "{setter.user.name}", "at": "{said_at}"}}'
        terms = f', "terms": {self._terms}, "client_email": "{client.email}", "guests": []}}' if agent else ""
        return (
            f'{{"version": {VERSION}, "frozen_at": "{at.isoformat()}", "method": "{method.value}",'
            f' "lead": {{"id": {lead}, "name": "{client.name}", "first_name": "{client.first}",'
            f' "phone": "{client.phone}", "email": "{client.email}", "state": "TX", "zone": "{ZONE}", "language": "en",'
            f' "source": "{client.source.name}"}}, "agent": {self._agents[agent] if agent else "{}"},'
            f' "setter": {self._setters[setter.pk]}, "appointment": {_appointment(meeting, place)},'
            f' {client.said.facts}, "notes": [{note}], "recording": {self._recording}{terms}}}'
        )


def _appointment(meeting: Meeting | None, place: str) -> str:
    """As it was when it was set: a time that was agreed on later is not in it."""
    if meeting is None:
        return "null"
    starts_at = meeting.was_at or meeting.starts_at
    ends_at = starts_at + (meeting.ends_at - meeting.starts_at)
    return (
        f'{{"starts_at": "{starts_at.isoformat()}", "ends_at": "{ends_at.isoformat()}", "how": "{meeting.how.value}",'
        f' "how_words": "{How(meeting.how).label}", "place": "{place}"}}'
    )


def _setter(member: Membership) -> dict[str, Any]:
    return {"id": member.pk, "name": member.user.name, "phone": member.user.phone, "email": member.user.email}
