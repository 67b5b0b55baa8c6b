"""Letting streams in, and seeing that those inside may stay: the same few queries however many there are."""

from __future__ import annotations

import asyncio
from collections.abc import Callable, Iterable
from concurrent.futures import ThreadPoolExecutor
from datetime import datetime
from functools import partial
from typing import ParamSpec, TypeVar

import structlog
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import Error, close_old_connections, connection
from django.utils import timezone

from notifications.events.frames import Frame, frames_since
from notifications.events.pulse import beat
from notifications.events.streams import Streams
from notifications.events.tickets import Ticket
from teams.models import Membership

log = structlog.get_logger(__name__)
P = ParamSpec("P")
T = TypeVar("T")

LOOK_EVERY = 5.0  # seconds in which somebody who was signed out, or left the team, may still be told that there is news

#: A ticket, and the last frame that its page knows.
Asked = tuple[Ticket, int]


def in_good_standing(tickets: Iterable[Ticket], *, at: datetime) -> set[Ticket]:
    """Return the tickets whose member still belongs to the team and is still signed in there, by two queries."""
    asked = set(tickets)
    members = dict(
        Membership.objects.active().filter(pk__in=[each.membership_id for each in asked]).values_list("pk", "user_id")
    )
    living = Session.objects.filter(expire_date__gt=at).values("session_key")
    people = dict(
        UserSession.objects.filter(pk__in=[each.session_id for each in asked], session_key__in=living).values_list(
            "pk", "user_id"
        )
    )
    return {
        each
        for each in asked
        if each.membership_id in members and members[each.membership_id] == people.get(each.session_id)
    }


class Gatekeeper:
    """Asks the database, one question at a time; whoever comes meanwhile is part of the next one."""

    def __init__(self, streams: Streams) -> None:
        self._streams = streams
        self._thread = ThreadPoolExecutor(1, thread_name_prefix="gatekeeper")
        self._waiting: list[tuple[Asked, asyncio.Future[list[Frame] | None]]] = []
        self._asking: asyncio.Task[None] | None = None

    async def admit(self, ticket: Ticket, after: int) -> list[Frame] | None:
        """Return what the page missed since that frame, or None if it may not come in. Raises ``django.db.Error``."""
        answer: asyncio.Future[list[Frame] | None] = asyncio.get_running_loop().create_future()
        self._waiting.append(((ticket, after), answer))
        if self._asking is None or self._asking.done():
            self._asking = asyncio.create_task(self._ask())
        return await answer

    async def keep_looking(self) -> None:
        """Every few seconds end the streams of whoever may not have one any more, and leave word that we live."""
        while True:
            await asyncio.sleep(LOOK_EVERY)
            tickets, count = self._streams.tickets(), len(self._streams)
            try:
                gone = await self._in_thread(_gone, tickets, count)
            except Error as problem:
                log.warning("events_lost_the_database", problem=str(problem).strip()[:200])
            else:
                self._streams.end(gone)

    def close(self) -> None:
        """Ask nothing any more, and hang up."""
        self._thread.submit(connection.close)
        self._thread.shutdown(wait=False)

    async def _ask(self) -> None:
        while self._waiting:
            batch, self._waiting = self._waiting, []
            try:
                answers = await self._in_thread(_answers, [asked for asked, _ in batch])
            except Error as problem:
                for _, answer in batch:
                    if not answer.done():
                        answer.set_exception(problem)
                continue
            for (_, answer), found in zip(batch, answers, strict=True):
                if not answer.done():  # it may have gone meanwhile
                    answer.set_result(found)

    async def _in_thread(self, ask: Callable[P, T], *args: P.args, **kwargs: P.kwargs) -> T:
        return await asyncio.get_running_loop().run_in_executor(self._thread, partial(ask, *args, **kwargs))


def _answers(asked: list[Asked]) -> list[list[Frame] | None]:
    close_old_connections()
    standing = in_good_standing([ticket for ticket, _ in asked], at=timezone.now())
    missed = frames_since([(ticket.membership_id, after) for ticket, after in asked])
    return [frames if ticket in standing else None for (ticket, _), frames in zip(asked, missed, strict=True)]


def _gone(tickets: set[Ticket], count: int) -> set[Ticket]:
    close_old_connections()
    at = timezone.now()
    beat(streams=count, at=at)
    return tickets - in_good_standing(tickets, at=at) if tickets else set()
