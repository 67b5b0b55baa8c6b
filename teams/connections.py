"""How every connection of a team is kept: found, flagged, tried, paused, begun anew. Its keys are its own module's."""

from __future__ import annotations

from datetime import datetime
from typing import TypeVar

from django.db import transaction

from teams.changes import note_change
from teams.hub import Kind as Colour
from teams.models import Membership, Team
from teams.models.connections import Connection

Pill = tuple[Colour, str]
Kind = TypeVar("Kind", bound=Connection)

#: Enough to recognize a secret by; none of it where that would give much of it away.
SHOWN, SHORT = 4, 12


def found(kind: type[Kind], team: Team) -> Kind:
    """Return the team's connection of this kind; one that is not saved yet where there is none."""
    return kind._default_manager.filter(team=team).first() or kind(team=team)  # noqa: SLF001


def begin_again(connection: Connection) -> None:
    """Save new keys: nothing is known of them, for or against."""
    connection.worked_at = connection.flagged_at = connection.tried_at = None
    connection.flagged_reason = connection.tried_answer = ""
    connection.save()


@transaction.atomic
def switch(connection: Connection, *, part: str, is_enabled: bool, actor: Membership, at: datetime) -> None:
    """Pause it or let it go on."""
    connection.is_enabled = is_enabled
    connection.save()
    note_change(actor=actor, part=part, words="Goes on" if is_enabled else "Paused", at=at)


@transaction.atomic
def disconnect(connection: Connection, *, part: str, actor: Membership, at: datetime) -> None:
    """Forget every key, and all else that was typed."""
    blank = type(connection)()
    for field in connection.keys:
        setattr(connection, field, getattr(blank, field))
    begin_again(connection)
    note_change(actor=actor, part=part, words="Disconnected", at=at)


def note_working(connection: Connection, *, at: datetime) -> None:
    """The other side took something just now: whatever it refused before, it works."""
    _write(connection, worked_at=at, flagged_reason="", flagged_at=None)


def note_refused(connection: Connection, *, reason: str, at: datetime) -> None:
    """The other side refuses this connection for good; since when first is kept."""
    since = connection.flagged_at if connection.flagged_reason else None
    _write(connection, flagged_reason=reason[:200], flagged_at=since or at)


def note_tried(connection: Connection, *, answer: str, at: datetime) -> None:
    """A person tried it out; what came of that stays on the page."""
    _write(connection, tried_at=at, tried_answer=answer[:300])


def pill_of(connection: Connection) -> Pill:
    """Return how it is: a colour's kind and a word."""
    if connection.flagged_reason:
        return "bad", "Refused"
    if not connection.is_set:
        return "quiet", "Not set"
    if not connection.is_enabled:
        return "wait", "Paused"
    return ("ok", "Working") if connection.worked_at else ("wait", "Saved, not tested")


def end_of(secret: str) -> str:
    """Return the last characters of a secret, and none of a short one."""
    return secret[-SHOWN:] if len(secret) > SHORT else ""


def _write(connection: Connection, **values: object) -> None:
    """Write past the row that we hold: it may be older than what others wrote meanwhile."""
    rows = type(connection)._default_manager.filter(pk=connection.pk)  # noqa: SLF001
    rows.update(**values)
    for name, value in values.items():
        setattr(connection, name, value)
