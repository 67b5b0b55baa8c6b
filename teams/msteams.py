"""Where a team's Microsoft Teams alerts go: a workflow that a team makes in Teams, and its address."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from teams import connections
from teams.changes import note_change
from teams.models import Membership, TeamsConnection

#: Microsoft's own hosts for the addresses of workflows; an ending that begins with a dot stands for hosts below it.
HOSTS = frozenset({".logic.azure.com", ".api.powerplatform.com"})

GONE = "Teams says this workflow is gone or its address has changed: copy its address again and save it"
WHAT_TO_DO = {
    "401": "Teams no longer takes this address: copy it again from the workflow and save it",
    "403": "Teams no longer takes this address: copy it again from the workflow, with “Anyone” allowed to trigger it",
    "404": GONE,
    "410": GONE,
}


def what_to_do(reason: str) -> str:
    """Say in words why Teams refused and what helps. ``reason`` begins with a status."""
    known = WHAT_TO_DO.get(reason[:3])
    return known or f"Teams said “{reason.rstrip('.')}”: check the workflow, copy its address again and save it"


@transaction.atomic
def connect(*, connection: TeamsConnection, url: str, channel: str, actor: Membership, at: datetime) -> None:
    """Post through this workflow from now on."""
    is_new = url != connection.webhook_url
    connection.webhook_url, connection.channel = url, channel
    connections.begin_again(connection)
    words = f"{'New address' if is_new else 'Same address'}{f', posting to {channel}' if channel else ''}"
    note_change(actor=actor, part="msteams", words=words, at=at)


def facts_of(connection: TeamsConnection) -> tuple[str, ...]:
    """Where it posts, for the overview."""
    return (f"posts to {connection.channel}",) if connection.channel else ()
