"""Where what happens now comes from: the request or process, and the member. Log lines and audit rows both say it.

It lives in context variables, so no verb has to hand it on. Rows that wait keep the request's id in a column, and
whoever takes them up later speaks under that id again.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager, nullcontext
from functools import wraps
from typing import Any

import pghistory
from structlog.contextvars import bind_contextvars, bound_contextvars, get_contextvars

from teams.models import Membership

REQUEST_ID_LENGTH = 64
COMMAND = "command"  # what runs when nobody said: manage.py


def current_request_id() -> str:
    """Return the id of the request that what happens now stems from; empty when there was none."""
    return str(get_contextvars().get("request_id", ""))


@contextmanager
def of_part(part: str) -> Iterator[None]:
    """Say which process this is: “worker”, “sweep”, “command”; the web says so itself."""
    with bound_contextvars(part=part):
        yield


@contextmanager
def taking_up(*, request_id: str, **named: Any) -> Iterator[None]:
    """Speak and write under the id of the request that this was left by; ``named`` says what is being done."""
    bound = get_contextvars()
    part = bound.get("part", COMMAND)
    # A command has said who it is, once for all that it does: its context would only keep the last of the names.
    history = nullcontext() if "command" in bound else pghistory.context(part=part, request_id=request_id, **named)
    with bound_contextvars(**{"request_id": request_id} if request_id else {}, **named), history:
        yield


def as_command(handle: Callable[..., None]) -> Callable[..., None]:
    """Let what a management command's ``handle`` writes and says name that command."""
    name = handle.__module__.rpartition(".")[2]

    @wraps(handle)
    def saying_so(*args: Any, **options: Any) -> None:
        with bound_contextvars(part=COMMAND, command=name), pghistory.context(part=COMMAND, command=name):
            handle(*args, **options)

    return saying_so


def note_member(membership: Membership | None, **named: Any) -> None:
    """Say for whom this request acts, from here to its end."""
    if membership is None:
        return
    who = {"user_id": membership.user_id, "membership_id": membership.pk, "team_id": membership.team_id}
    bind_contextvars(**who, **named)
    pghistory.context(user=membership.user_id, membership=membership.pk, team=membership.team_id, **named)
