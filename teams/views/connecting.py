"""What every connection shows alike, and the buttons that every one has."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.utils import timezone
from django.views.decorators.http import require_POST

from teams import connections
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.models.connections import Connection
from teams.ways import WAYS, Way


def connection_context(connection: Connection, channel: str) -> dict[str, Any]:
    """Return how the connection is, and what helps where it is refused, for ``_connection_state.html``."""
    way = WAYS[channel]
    reason = connection.flagged_reason
    kind, word = connections.pill_of(connection)
    return {
        "connection": connection,
        "channel": channel,
        "way": way,
        "pill_kind": kind,
        "pill_word": word,
        "what_to_do": way.what_to_do(reason) if reason else "",
    }


@require_POST
@for_roles(Role.LEAD)
def switch(request: TeamRequest, channel: str) -> HttpResponse:
    """Pause a connection or let it go on."""
    way, connection = _connected(request, channel)
    is_enabled = request.POST.get("is_enabled") == "1"
    connections.switch(connection, part=channel, is_enabled=is_enabled, actor=request.membership, at=timezone.now())
    return redirect(way.page)


@require_POST
@for_roles(Role.LEAD)
def disconnect(request: TeamRequest, channel: str) -> HttpResponse:
    """Forget a connection's keys."""
    way, connection = _connected(request, channel)
    connections.disconnect(connection, part=channel, actor=request.membership, at=timezone.now())
    messages.success(request, f"{way.label} is disconnected, and its keys are forgotten.")
    return redirect(way.page)


def _connected(request: TeamRequest, channel: str) -> tuple[Way, Connection]:
    way = WAYS[channel]
    connection = way.of(request.membership.team)
    if connection is None:
        raise Http404
    return way, connection
