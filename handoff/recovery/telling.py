"""Writing to the client who did not show: a text where they agreed to texts, or a mail with a way out of such mail."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from typing import Any

from handoff.models import RecoveryStep
from handoff.models.recovery import StepResult, Way
from handoff.recovery.stopping import MESSAGE
from handoff.recovery.words import message_for, text_for
from handoff.words import client_name
from leads.contacts import primary_email, primary_phone
from leads.timeline import record
from notifications.bulk import owe_bulk, why_not
from notifications.texting import owe_text

Owe = Callable[..., bool]


def write_to_client(step: RecoveryStep, *, at: datetime) -> StepResult:
    """Owe the message of this step by the first way that is open, and say so on the timeline."""
    ways = {Way.TEXT: _text, Way.MAIL: _mail}
    run = step.run
    first = Way(step.way)
    told = None
    for way in sorted(ways, key=lambda way: way != first):
        told = told or ways[way](step, at=at)
    if told is None:
        why = why_not(run.team, primary_email(run.lead)) or "no address and no texts"
        record(lead=run.lead, kind="recovery", summary=f"No-show message not sent. {why}", at=at)
        return StepResult.UNREACHABLE
    record(lead=run.lead, kind="recovery", summary=told, at=at, data={"recovery": run.pk, "step": step.name})
    return StepResult.DONE


def _text(step: RecoveryStep, *, at: datetime) -> str | None:
    message = text_for(step, step.run.handoff)
    owed = owe_text(number=primary_phone(step.run.lead), message=message, **_common(step, at=at))
    return f"Texted after the no-show: “{message.title}”" if owed else None


def _mail(step: RecoveryStep, *, at: datetime) -> str | None:
    message = message_for(step, step.run.handoff)
    owed = owe_bulk(address=primary_email(step.run.lead), message=message, **_common(step, at=at))
    return f"Wrote after the no-show: “{message.title}”" if owed else None


def _common(step: RecoveryStep, *, at: datetime) -> dict[str, Any]:
    run, handoff = step.run, step.run.handoff
    return {
        "team": run.team,
        "zone": run.lead.zone,
        "name": client_name(handoff),
        "kind": MESSAGE,
        "about": handoff.about,
        "at": at,
        "revision": step.pk,
        "responsible": handoff.setter,
    }
