"""A workflow of Teams, for real, that misbehaves on request."""

from __future__ import annotations

import json
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from typing import Any

import pytest
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifications.tests.peers.serving import a_server, named, next_of

WORKFLOW_PATH = "/workflows/0a1b/triggers/manual/paths/invoke"


@dataclass
class TeamsPeer:
    """A workflow's address: 202 and nothing more. ``answers`` holds what the next posts get instead."""

    server: HTTPServer
    posts: list[dict[str, Any]] = field(default_factory=list)
    answers: deque[Response | float] = field(default_factory=deque)

    @property
    def url(self) -> str:
        """For TeamsConnection.webhook_url."""
        return f"{self.server.url_for(WORKFLOW_PATH)}?api-version=1&sig=a-secret-signature"

    def answer_with(self, status: int, text: str = "", **headers: str) -> None:
        """Answer the next post with this."""
        self.answers.append(Response(text, status=status, headers=named(headers)))

    def refuse_with(self, status: int, code: str) -> None:
        """Answer the next post as the service behind workflows names its errors."""
        self.answer_with(status, json.dumps({"error": {"code": code, "message": "See …&sig=a-secret-signature"}}))

    def take(self, request: Request) -> Response:
        """Answer as the trigger of a workflow."""
        answer = next_of(self.answers)
        if answer is None:
            self.posts.append(request.get_json())
        return answer or Response(status=202)


@contextmanager
def a_workflow() -> Iterator[TeamsPeer]:
    """Run a workflow's address on a free port."""
    with a_server() as server:
        peer = TeamsPeer(server)
        server.expect_request(WORKFLOW_PATH, method="POST").respond_with_handler(peer.take)
        yield peer


@pytest.fixture
def teams_peer(settings: Any) -> Iterator[TeamsPeer]:
    """A workflow that this process posts to, while the test lasts."""
    with a_workflow() as peer:
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer
