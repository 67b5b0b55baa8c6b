"""Slack, for real: its Web API, a webhook and a response_url, which misbehave on request."""

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
from notifications.tests.peers.waiting import wait_until

WEBHOOK_PATH = "/services/T0/B0/secret"
RESPONSE_PATH = "/actions/T0/1/secret"


@dataclass
class SlackPeer:
    """Slack's Web API and a webhook. ``answers`` holds what the next posts get, instead of ``ok``."""

    server: HTTPServer
    posts: list[dict[str, Any]] = field(default_factory=list)
    tokens: list[str] = field(default_factory=list)
    answers: deque[Response | float] = field(default_factory=deque)
    people: dict[str, str] = field(default_factory=dict)  # who is found by users.lookupByEmail: address -> id
    looked_up: list[str] = field(default_factory=list)
    calls: list[tuple[str, dict[str, Any]]] = field(default_factory=list)  # other methods: (name, what was said)
    replies: list[dict[str, Any]] = field(default_factory=list)  # at a response_url
    refuse: dict[str, str] = field(default_factory=dict)  # method -> the error it answers with

    @property
    def response_url(self) -> str:
        """For an interaction."""
        return self.server.url_for(RESPONSE_PATH)

    def called(self, method: str) -> list[dict[str, Any]]:
        """Return what this method was told, in order."""
        return [said for name, said in self.calls if name == method]

    @property
    def api_url(self) -> str:
        """For SLACK_API_URL."""
        return self.server.url_for("/api/")

    @property
    def webhook_url(self) -> str:
        """For SlackConnection.webhook_url."""
        return self.server.url_for(WEBHOOK_PATH)

    def fail_with(self, error: str) -> None:
        """Answer the next post as the Web API refuses: 200 and ``ok: false``."""
        self.answers.append(Response(json.dumps({"ok": False, "error": error}), content_type="application/json"))

    def answer_with(self, status: int, text: str = "", **headers: str) -> None:
        """Answer the next post with this status, as webhooks and overloaded servers do."""
        self.answers.append(Response(text, status=status, headers=named(headers)))

    def hang(self, seconds: float) -> None:
        """Keep the next post waiting for that long."""
        self.answers.append(seconds)

    def wait_for(self, number: int, *, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Return the posts once there are that many. Fails if that takes too long."""
        wait_until(lambda: len(self.posts) >= number, seconds, f"{number} posts, got {len(self.posts)}")
        return self.posts

    def api(self, request: Request) -> Response:
        """Answer as chat.postMessage."""
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        said = {"ok": True, "channel": "C0HANDOFF", "ts": f"17000000{len(self.posts):02}.000100"}
        return self._take(request) or Response(json.dumps(said), content_type="application/json")

    def lookup(self, request: Request) -> Response:
        """Answer as users.lookupByEmail."""
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if self.answers:
            answer = self.answers.popleft()
            assert isinstance(answer, Response)
            return answer
        email = request.args["email"]
        self.looked_up.append(email)
        person = {"id": self.people.get(email, ""), "team_id": "T0TEAM", "name": "invented"}
        said = {"ok": True, "user": person} if email in self.people else {"ok": False, "error": "users_not_found"}
        return Response(json.dumps(said), content_type="application/json")

    def method(self, request: Request) -> Response:
        """Answer as conversations.open, views.open and chat.update: always 200, and in the body whether it worked."""
        name = request.path.rpartition("/")[2]
        self.tokens.append(request.headers.get("Authorization", "").removeprefix("Bearer "))
        if name in self.refuse:
            said: dict[str, Any] = {"ok": False, "error": self.refuse[name]}
            return Response(json.dumps(said), content_type="application/json")
        told = request.get_json()
        self.calls.append((name, told))
        answers = {
            "conversations.open": {"channel": {"id": f"D0{told.get('users', '')[1:]}"}},
            "views.open": {"view": {"id": "V0SHEET", **told.get("view", {})}},
            "chat.update": {"channel": told.get("channel"), "ts": told.get("ts"), "text": told.get("text")},
        }
        return Response(json.dumps({"ok": True, **answers[name]}), content_type="application/json")

    def response(self, request: Request) -> Response:
        """Take an answer at a response_url: plain “ok”, as webhooks answer."""
        self.replies.append(request.get_json())
        return Response("ok", content_type="text/plain")

    def webhook(self, request: Request) -> Response:
        """Answer as an incoming webhook."""
        return self._take(request) or Response("ok", content_type="text/plain")

    def _take(self, request: Request) -> Response | None:
        answer = next_of(self.answers)
        if answer is None or answer.status_code == 200:
            self.posts.append(request.get_json())
        return answer


@contextmanager
def a_slack() -> Iterator[SlackPeer]:
    """Run a Slack on a free port."""
    with a_server() as server:
        peer = SlackPeer(server)
        server.expect_request("/api/chat.postMessage", method="POST").respond_with_handler(peer.api)
        server.expect_request("/api/users.lookupByEmail", method="GET").respond_with_handler(peer.lookup)
        methods = re.compile(r"/api/(conversations\.open|views\.open|chat\.update)")
        server.expect_request(methods, method="POST").respond_with_handler(peer.method)
        server.expect_request(RESPONSE_PATH, method="POST").respond_with_handler(peer.response)
        server.expect_request(WEBHOOK_PATH, method="POST").respond_with_handler(peer.webhook)
        yield peer


@pytest.fixture
def slack_peer(settings: Any) -> Iterator[SlackPeer]:
    """A Slack that this process posts to, while the test lasts."""
    with a_slack() as peer:
        settings.SLACK_API_URL = peer.api_url
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer
