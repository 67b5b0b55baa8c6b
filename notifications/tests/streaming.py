"""The event stream served by uvicorn in a thread, and browsers that read it."""

from __future__ import annotations

import http.client
import json
import socket
import threading
import time
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any, Self
from urllib.parse import urlencode, urlsplit

import uvicorn
from allauth.usersessions.models import UserSession
from django.contrib.sessions.backends.db import SessionStore
from django.utils import timezone

from notifications.events.app import EventApp
from notifications.events.tickets import ticket_for
from notifications.models import Pushed
from notifications.pushing import push
from teams.models import Membership


@contextmanager
def a_server(app: EventApp) -> Iterator[str]:
    """Serve the application as ``manage.py events`` does, and give its address."""
    with socket.create_server(("127.0.0.1", 0)) as listener:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_SNDBUF, 8192)
        server = uvicorn.Server(uvicorn.Config(app, lifespan="on", ws="none", log_config=None, log_level="warning"))
        thread = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        thread.start()
        while not server.started:
            time.sleep(0.01)
        try:
            yield f"http://127.0.0.1:{listener.getsockname()[1]}"
        finally:
            app.streams.end_all()
            server.should_exit = True
            thread.join(timeout=10)
            assert not thread.is_alive()


def signed_in(member: Membership) -> UserSession:
    """Sign a member in, as the sign-in page would."""
    session = SessionStore()
    session.create()
    return UserSession.objects.create(
        user=member.user, session_key=session.session_key, ip="127.0.0.1", user_agent="Firefox/140"
    )


def a_ticket(member: Membership, session: UserSession | None = None) -> str:
    """Return a ticket for this member, signed in just now unless a sign-in is given."""
    return ticket_for(membership_id=member.pk, session_key=(session or signed_in(member)).session_key)


def tell(member: Membership, ref: str, *, topic: str = "ring") -> int:
    """Push one frame, and return its id."""
    push(to=[member.pk], topic=topic, ref=ref, at=timezone.now())
    return Pushed.objects.filter(membership=member).latest("pk").pk


class Reader:
    """One browser: it connects, and reads what comes."""

    def __init__(self, url: str, *, ticket: str, headers: dict[str, str] | None = None, **query: object) -> None:
        address = urlsplit(url)
        self.line = http.client.HTTPConnection(address.hostname or "", address.port, timeout=10)
        self.line.request("GET", f"/stream?{urlencode({'ticket': ticket, **query})}", headers=headers or {})
        self.answer = self.line.getresponse()
        self.status = self.answer.status
        if self.status == 200:
            assert self._part() == ": open", "the page must know at once that it is connected"

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        self.close()

    def close(self) -> None:
        """Hang up."""
        self.answer.close()
        self.line.close()

    def frame(self) -> dict[str, Any] | None:
        """Return the next frame, None at the stream's end; fails after ten seconds."""
        while (part := self._part()) is not None:
            lines = dict(line.split(": ", 1) for line in part.split("\n"))
            if "data" in lines:
                return {"id": int(lines["id"]), **json.loads(lines["data"])}
        return None

    def ref(self) -> str | None:
        """Return what the next frame is about."""
        frame = self.frame()
        return None if frame is None else str(frame["ref"])

    def _part(self) -> str | None:
        """Return what stands between two empty lines."""
        lines: list[str] = []
        while line := self.answer.readline().decode():
            if line == "\n":
                return "\n".join(lines)
            lines.append(line.rstrip("\n"))
        return None
