"""Twilio, for real, which misbehaves on request."""

from __future__ import annotations

import json
import re
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifications.tests.peers.serving import a_server, named, next_of


@dataclass
class TwilioPeer:
    """Twilio's Messages resource. ``answers`` holds what the next calls get instead of 201."""

    server: HTTPServer
    texts: list[dict[str, str]] = field(default_factory=list)
    logins: list[tuple[str | None, str | None]] = field(default_factory=list)
    answers: deque[Response | float] = field(default_factory=deque)

    @property
    def api_url(self) -> str:
        """For TWILIO_API_URL."""
        return self.server.url_for("/2010-04-01/")

    def refuse_with(self, code: int, message: str = "No.", *, status: int = 400, **headers: str) -> None:
        """Answer the next call with one of Twilio's errors."""
        said = {"code": code, "message": message, "more_info": "https://www.twilio.com/docs/errors", "status": status}
        answer = Response(json.dumps(said), status=status, content_type="application/json", headers=named(headers))
        self.answers.append(answer)

    def take(self, request: Request) -> Response:
        """Answer as Twilio does: 201 and the message as it stands in the queue."""
        login = request.authorization
        self.logins.append((login.username, login.password) if login else (None, None))
        answer = next_of(self.answers)
        if answer is not None:
            return answer
        self.texts.append(request.form.to_dict())
        said = {"sid": f"SM{len(self.texts):032}", "status": "queued", "num_segments": "1", "error_code": None}
        return Response(json.dumps(said), status=201, content_type="application/json")


@contextmanager
def a_twilio() -> Iterator[TwilioPeer]:
    """Run a Twilio on a free port."""
    with a_server() as server:
        peer = TwilioPeer(server)
        server.expect_request(re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages.json")).respond_with_handler(
            peer.take
        )
        yield peer


@pytest.fixture
def twilio_peer(settings: Any) -> Iterator[TwilioPeer]:
    """A Twilio that this process sends texts by, while the test lasts."""
    with a_twilio() as peer:
        settings.TWILIO_API_URL = peer.api_url
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer
