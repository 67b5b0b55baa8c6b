"""Hold open the stream by which pages are told at once."""

from __future__ import annotations

import socket
from typing import Any

import uvicorn
from django.core.management.base import BaseCommand, CommandParser

from notifications.events.app import EventApp

PORT = 8001
BUFFER = 64 * 1024  # bytes the system keeps for one that reads slowly; frames are small
DEAD_AFTER = 30_000  # milliseconds in which the other end acknowledged nothing
LAST_WORDS = 3  # seconds to end the streams in


class Command(BaseCommand):
    """Serve the event stream until told to stop. One per host; any number may run."""

    help = "Tells open pages at once that something changed, until it is told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--host", default="127.0.0.1")
        parser.add_argument("--port", type=int, default=PORT)
        parser.add_argument("--fd", type=int, help="a socket that is open already, by its number")

    def handle(self, *_: Any, host: str, port: int, fd: int | None, **__: Any) -> None:
        app = EventApp()
        config = uvicorn.Config(
            app,
            lifespan="on",
            ws="none",
            access_log=False,  # addresses have tickets in them
            log_config=None,
            log_level="warning",
            server_header=False,
            timeout_graceful_shutdown=LAST_WORDS,
        )
        with socket.socket(fileno=fd) if fd is not None else _listen(host, port) as listener:
            listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, BUFFER)
            if hasattr(socket, "TCP_USER_TIMEOUT"):
                listener.setsockopt(socket.IPPROTO_TCP, socket.TCP_USER_TIMEOUT, DEAD_AFTER)
            Server(config, app).run(sockets=[listener])


class Server(uvicorn.Server):
    """Lets the streams go first: they would never end by themselves."""

    def __init__(self, config: uvicorn.Config, app: EventApp) -> None:
        super().__init__(config)
        self._app = app

    async def on_tick(self, counter: int) -> bool:
        """End once no stream may be open any more, so that whoever watches the process starts it anew."""
        return await super().on_tick(counter) or self._app.streams.closed

    async def shutdown(self, sockets: list[socket.socket] | None = None) -> None:
        self._app.streams.end_all()
        await super().shutdown(sockets)


def _listen(host: str, port: int) -> socket.socket:
    return socket.create_server((host, port), family=socket.AF_INET6 if ":" in host else socket.AF_INET)
