"""The event stream as an ASGI application: ``text/event-stream``, by ticket, for our own pages alone.

It holds a connection open for each browser, which threads of gunicorn would be too few for.
"""

from __future__ import annotations

import asyncio
import json
from collections.abc import Awaitable, Callable, MutableMapping
from typing import Any
from urllib.parse import parse_qs

import structlog
from django.conf import settings
from django.db import Error

from notifications.events.admitting import Gatekeeper
from notifications.events.frames import Frame, whole
from notifications.events.hearing import Hearing
from notifications.events.streams import Stream, Streams
from notifications.events.tickets import read

log = structlog.get_logger(__name__)

KEEP_ALIVE = 15.0  # seconds between two signs of life; proxies take a line for dead after 60
PATIENCE = 10.0  # seconds that a reader may take to make room for more

Message = MutableMapping[str, Any]
Receive = Callable[[], Awaitable[Message]]
Send = Callable[[Message], Awaitable[None]]
Headers = list[tuple[bytes, bytes]]

PLAIN: Headers = [
    (b"content-type", b"text/plain; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
]
STREAM: Headers = [
    (b"content-type", b"text/event-stream; charset=utf-8"),
    (b"cache-control", b"no-store"),
    (b"x-content-type-options", b"nosniff"),
    (b"x-accel-buffering", b"no"),  # nginx passes on what it gets, when it gets it
]


class EventApp:
    """``…/stream`` is the stream, ``/healthz`` says that we live; there is nothing else."""

    def __init__(self) -> None:
        self.streams = Streams()
        self._gatekeeper = Gatekeeper(self.streams)
        self._hearing: Hearing | None = None
        self._looking: asyncio.Task[None] | None = None

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Answer one request, or begin and end with the server."""
        if scope["type"] == "lifespan":
            await self._live(receive, send)
        elif scope["type"] != "http":
            raise ValueError(scope["type"])
        elif scope["method"] not in {"GET", "HEAD"}:
            await _say(send, 405, "Only GET.")
        elif scope["path"].endswith("/stream") and scope["method"] == "GET":
            await self._stream(scope, receive, send)
        elif scope["path"].endswith("/healthz"):
            await _say(send, 200, "ok")
        else:
            await _say(send, 404, "There is nothing here.")

    async def _live(self, receive: Receive, send: Send) -> None:
        await receive()
        loop = asyncio.get_running_loop()
        self._hearing = Hearing(
            tell=lambda rows: loop.call_soon_threadsafe(self.streams.tell, rows),
            over=lambda: loop.call_soon_threadsafe(self.streams.end_all),
        )
        self._hearing.start()
        self._looking = asyncio.create_task(self._gatekeeper.keep_looking())
        await send({"type": "lifespan.startup.complete"})
        await receive()
        self._hearing.stop()
        self._looking.cancel()
        self._gatekeeper.close()
        await send({"type": "lifespan.shutdown.complete"})

    async def _stream(self, scope: Message, receive: Receive, send: Send) -> None:
        given = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
        origin = given.get("origin", "")
        if origin and origin not in settings.EVENTS_ORIGINS:
            await _say(send, 403, "This stream is for our own pages.")
            return
        allowed: Headers = [(b"vary", b"Origin")]
        if origin:
            allowed.append((b"access-control-allow-origin", origin.encode("latin-1")))
        query = parse_qs(scope["query_string"].decode("latin-1"))
        ticket = read(query.get("ticket", [""])[0])
        if ticket is None:
            await _say(send, 401, "Get a new ticket.", allowed)
            return
        if self.streams.closed:
            await _say(send, 503, "Try again in a moment.", allowed)
            return
        after = whole(given.get("last-event-id") or query.get("after", [""])[0])
        stream = self.streams.open(ticket)  # before we look for what it missed, so that nothing falls between
        try:
            missed = await self._gatekeeper.admit(ticket, after)
            if missed is None:
                await _say(send, 401, "You are signed out, or not in this team any more.", allowed)
                return
            await send({"type": "http.response.start", "status": 200, "headers": STREAM + allowed})
            await _tell(stream, after, missed, receive, send)
        except Error:
            await _say(send, 503, "Try again in a moment.", allowed)
        finally:
            self.streams.close(stream)


async def _tell(stream: Stream, after: int, missed: list[Frame], receive: Receive, send: Send) -> None:
    """Tell what was missed, then what comes, until the stream ends or its reader goes."""
    watch = asyncio.create_task(_until_gone(stream, receive))
    told = {after, *(frame["id"] for frame in missed)}  # the bell for these may be heard only now
    body = ": open\n\n" + "".join(map(_written, missed))
    try:
        while not stream.ended:
            message = {"type": "http.response.body", "body": body.encode(), "more_body": True}
            await asyncio.wait_for(send(message), PATIENCE)
            coming = [frame for frame in await stream.next(KEEP_ALIVE) if frame["id"] not in told]
            body = "".join(map(_written, coming)) or ": here\n\n"
        await asyncio.wait_for(send({"type": "http.response.body", "body": b""}), PATIENCE)
    except TimeoutError:
        log.info("slow_reader", membership_id=stream.ticket.membership_id)
    finally:
        watch.cancel()


async def _until_gone(stream: Stream, receive: Receive) -> None:
    while (await receive())["type"] != "http.disconnect":
        pass
    stream.end()


def _written(frame: Frame) -> str:
    """Return a frame as the protocol has it (WHATWG HTML, 9.2.5)."""
    data = json.dumps({"topic": frame["topic"], "ref": frame["ref"]})
    return f"id: {frame['id']}\ndata: {data}\n\n"


async def _say(send: Send, status: int, words: str, headers: Headers | None = None) -> None:
    body = f"{words}\n".encode()
    length = (b"content-length", str(len(body)).encode())
    await send({"type": "http.response.start", "status": status, "headers": [*PLAIN, length, *(headers or [])]})
    await send({"type": "http.response.body", "body": body})
