"""Consoles: many browsers, each signed in on its own, whose streams and questions one thread keeps going."""

from __future__ import annotations

import asyncio
import json
import queue
import random
import threading
import time
from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple, Self
from urllib.parse import SplitResult, urlencode, urlsplit

from allauth.usersessions.models import UserSession
from django.conf import settings
from django.db.models import Max
from django.test import Client

from notifications.events.tickets import ticket_for
from notifications.models import Pushed
from teams.models import Membership

PATIENCE = 30.0  # seconds
ASK_EVERY = 300.0  # seconds between two questions of a console that has a stream (static/js/ring.js)


Line = tuple[asyncio.StreamReader, asyncio.StreamWriter]


class Heard(NamedTuple):
    """A frame: the browser that heard it, what it says, and when it was read (``time.perf_counter``)."""

    browser: Browser
    topic: str
    ref: str
    at: float


@dataclass(frozen=True, slots=True)
class Browser:
    """A browser in which a member is signed in."""

    member: Membership
    session_key: str

    @classmethod
    def of(cls, member: Membership) -> Self:
        """Sign the member in, in a browser that is known for that."""
        client = Client()
        client.force_login(member.user)
        key = str(client.session.session_key)
        UserSession.objects.create(user=member.user, session_key=key, ip="127.0.0.1", user_agent="Firefox/140")
        return cls(member, key)

    @property
    def cookie(self) -> str:
        """What it sends with each request for a page."""
        return f"{settings.SESSION_COOKIE_NAME}={self.session_key}"

    def ticket(self) -> str:
        """Return a ticket as its page would be given."""
        return ticket_for(membership_id=self.member.pk, session_key=self.session_key)


class Consoles:
    """Open while the ``with`` block lasts; what they hear is taken by ``wait_for`` and counted in ``frames``."""

    def __init__(self, *, events_url: str, asks_url: str, browsers: Sequence[Browser]) -> None:
        self._events, self._asks = urlsplit(events_url), urlsplit(asks_url)
        newest = Pushed.objects.aggregate(newest=Max("pk"))["newest"] or 0
        self._asked = [(each, f"/stream?{urlencode({'ticket': each.ticket(), 'after': newest})}") for each in browsers]
        self.frames: Counter[tuple[int, str]] = Counter()  # heard so far, by member (pk) and topic
        self._heard: queue.SimpleQueue[Heard] = queue.SimpleQueue()
        self._loop = asyncio.new_event_loop()
        self._thread = threading.Thread(target=self._loop.run_forever, name="consoles")
        self._going: list[asyncio.Task[None]] = []

    def __enter__(self) -> Self:
        self._thread.start()
        asyncio.run_coroutine_threadsafe(self._open(), self._loop).result(PATIENCE)
        return self

    def __exit__(self, *_: object) -> None:
        asyncio.run_coroutine_threadsafe(self._close(), self._loop).result(PATIENCE)
        self._loop.call_soon_threadsafe(self._loop.stop)
        self._thread.join(PATIENCE)
        self._loop.close()

    def wait_for(self, topic: str, *, times: int) -> list[Heard]:
        """Return the next frames about ``topic``, once there are so many. Raises queue.Empty after 30 s."""
        found: list[Heard] = []
        while len(found) < times:
            if (heard := self._heard.get(timeout=PATIENCE)).topic == topic:
                found.append(heard)
        return found

    async def _open(self) -> None:
        lines = await asyncio.gather(*(self._connect(path) for _, path in self._asked))
        for (browser, _), line in zip(self._asked, lines, strict=True):
            self._going.append(asyncio.create_task(self._read(browser, line)))
            self._going.append(asyncio.create_task(self._keep_asking(browser)))

    async def _connect(self, path: str) -> Line:
        reader, writer = await _request(self._events, path)
        head = await reader.readuntil(b"\r\n\r\n")
        if b" 200 " not in head.splitlines()[0]:
            raise RuntimeError(head.decode())
        await reader.readuntil(b": open\n\n")
        return reader, writer

    async def _read(self, browser: Browser, line: Line) -> None:
        reader, writer = line
        try:
            while said := await reader.readline():
                at = time.perf_counter()
                if said.startswith(b"data: "):
                    frame = json.loads(said[6:])
                    self.frames[browser.member.pk, frame["topic"]] += 1
                    self._heard.put(Heard(browser, frame["topic"], frame["ref"], at))
        finally:
            writer.close()

    async def _keep_asking(self, browser: Browser) -> None:
        wait = random.uniform(0, ASK_EVERY)
        while True:
            await asyncio.sleep(wait)
            reader, writer = await _request(self._asks, self._asks.path + "?seen=&asks=1", cookie=browser.cookie)
            await reader.read()
            writer.close()
            wait = ASK_EVERY

    async def _close(self) -> None:
        for task in self._going:
            task.cancel()
        await asyncio.gather(*self._going, return_exceptions=True)


async def _request(
    address: SplitResult, path: str, cookie: str = ""
) -> tuple[asyncio.StreamReader, asyncio.StreamWriter]:
    reader, writer = await asyncio.open_connection(address.hostname, address.port)
    head = f"GET {path} HTTP/1.1\r\nHost: {address.netloc}\r\nCookie: {cookie}\r\nConnection: close\r\n\r\n"
    writer.write(head.encode())
    return reader, writer
