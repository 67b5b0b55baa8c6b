"""When what a client asked for is settled: there is another time, or they keep the one there is."""

from __future__ import annotations

from datetime import datetime

from leads.models import Lead
from leads.todo import finish_tasks

#: The kind of what is owed and told of a client who asked for another time.
WISH = "client_wish"


def wishes_of(lead: Lead) -> str:
    """Return what the keys of tasks begin with that ask to call this client about another time."""
    return f"lead/{lead.pk}|{WISH}|"


def grant_wishes(lead: Lead, *, at: datetime) -> None:
    """Nobody need call about it any more."""
    finish_tasks(key_prefix=wishes_of(lead), at=at)
