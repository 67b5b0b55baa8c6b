"""The other side, for real: a mail server and a Slack that misbehave on request. Fixtures for every room's tests."""

from __future__ import annotations

import asyncio
import email
import json
import re
import threading
import time
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

import pytest
from aiosmtpd.controller import Controller
from pytest_httpserver import HTTPServer
from werkzeug import Request, Response

from notifications.channels import mail_server

WEBHOOK_PATH = "/services/T0/B0/secret"
RESPONSE_PATH = "/actions/T0/1/secret"
WORKFLOW_PATH = "/workflows/0a1b/triggers/manual/paths/invoke"


@dataclass
class SmtpPeer:
    """A mail server. ``refuse`` answers an address with a line such as “550 5.1.1 nobody here”."""

    messages: list[EmailMessage] = field(default_factory=list)
    raw: list[bytes] = field(default_factory=list)
    refuse: dict[str, str] = field(default_factory=dict)
    answers: deque[str] = field(default_factory=deque)  # for the next mails, instead of “250 queued”
    hang: float = 0.0  # seconds before the answer to DATA
    on_taken: Callable[[EmailMessage], None] | None = None  # called with a mail that was taken, before the answer
    connections: int = 0
    host: str = "127.0.0.1"
    port: int = 0

    def to(self, address: str) -> list[EmailMessage]:
        """Return the mails that this address was sent, in their order."""
        return [message for message in self.messages if address in str(message["To"])]

    def wait_for(self, number: int, *, seconds: float = 10.0) -> list[EmailMessage]:
        """Return the mails once there are that many. Fails if that takes too long."""
        _wait_until(lambda: len(self.messages) >= number, seconds, f"{number} mails, got {len(self.messages)}")
        return self.messages

    # what aiosmtpd calls

    async def handle_EHLO(  # noqa: N802
        self, _server: Any, session: Any, _envelope: Any, hostname: str, responses: list[str]
    ) -> list[str]:
        self.connections += 1
        session.host_name = hostname
        return responses

    async def handle_RCPT(  # noqa: N802
        self, _server: Any, _session: Any, envelope: Any, address: str, _options: list[str]
    ) -> str:
        if address in self.refuse:
            return self.refuse[address]
        envelope.rcpt_tos.append(address)
        return "250 OK"

    async def handle_DATA(self, _server: Any, _session: Any, envelope: Any) -> str:  # noqa: N802
        if self.hang:
            await asyncio.sleep(self.hang)
        answer = self.answers.popleft() if self.answers else "250 queued"
        if answer.startswith("250"):
            self.raw.append(envelope.content)
            self.messages.append(email.message_from_bytes(envelope.content, EmailMessage, policy=SMTP_POLICY))
            if self.on_taken:
                self.on_taken(self.messages[-1])
        return answer


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
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Response(text, status=status, headers=named))

    def hang(self, seconds: float) -> None:
        """Keep the next post waiting for that long."""
        self.answers.append(seconds)

    def wait_for(self, number: int, *, seconds: float = 10.0) -> list[dict[str, Any]]:
        """Return the posts once there are that many. Fails if that takes too long."""
        _wait_until(lambda: len(self.posts) >= number, seconds, f"{number} posts, got {len(self.posts)}")
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
        answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, float | int):
            time.sleep(answer)
            answer = None
        if answer is None or answer.status_code == 200:
            self.posts.append(request.get_json())
        return answer


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
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        self.answers.append(Response(text, status=status, headers=named))

    def refuse_with(self, status: int, code: str) -> None:
        """Answer the next post as the service behind workflows names its errors."""
        self.answer_with(status, json.dumps({"error": {"code": code, "message": "See …&sig=a-secret-signature"}}))

    def take(self, request: Request) -> Response:
        """Answer as the trigger of a workflow."""
        answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, float | int):
            time.sleep(answer)
            answer = None
        if answer is None:
            self.posts.append(request.get_json())
        return answer or Response(status=202)


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
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        answer = Response(json.dumps(said), status=status, content_type="application/json", headers=named)
        self.answers.append(answer)

    def take(self, request: Request) -> Response:
        """Answer as Twilio does: 201 and the message as it stands in the queue."""
        login = request.authorization
        self.logins.append((login.username, login.password) if login else (None, None))
        answer = self.answers.popleft() if self.answers else None
        if isinstance(answer, float | int):
            time.sleep(answer)
            answer = None
        if answer is not None:
            return answer
        self.texts.append(request.form.to_dict())
        said = {"sid": f"SM{len(self.texts):032}", "status": "queued", "num_segments": "1", "error_code": None}
        return Response(json.dumps(said), status=201, content_type="application/json")


class _AnyPort(Controller):
    """Takes a free port, which aiosmtpd would want to know beforehand."""

    def _trigger_server(self) -> None:
        assert isinstance(self.server, asyncio.Server)
        self.port = self.server.sockets[0].getsockname()[1]
        super()._trigger_server()


@contextmanager
def a_mail_server(**details: Any) -> Iterator[SmtpPeer]:
    """Run a mail server on a free port. ``details`` are aiosmtpd's: ``authenticator``, ``tls_context`` and so on."""
    peer = SmtpPeer()
    controller = _AnyPort(peer, hostname=peer.host, port=0, decode_data=False, **details)
    controller.start()
    peer.port = controller.port
    yield peer
    mail_server.hang_up()
    mail_server.hang_up()
    controller.stop()


@contextmanager
def a_slack() -> Iterator[SlackPeer]:
    """Run a Slack on a free port."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    peer = SlackPeer(server)
    server.expect_request("/api/chat.postMessage", method="POST").respond_with_handler(peer.api)
    server.expect_request("/api/users.lookupByEmail", method="GET").respond_with_handler(peer.lookup)
    methods = re.compile(r"/api/(conversations\.open|views\.open|chat\.update)")
    server.expect_request(methods, method="POST").respond_with_handler(peer.method)
    server.expect_request(RESPONSE_PATH, method="POST").respond_with_handler(peer.response)
    server.expect_request(WEBHOOK_PATH, method="POST").respond_with_handler(peer.webhook)
    yield peer
    server.clear()
    if server.is_running():
        server.stop()


@contextmanager
def a_workflow() -> Iterator[TeamsPeer]:
    """Run a workflow's address on a free port."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    peer = TeamsPeer(server)
    server.expect_request(WORKFLOW_PATH, method="POST").respond_with_handler(peer.take)
    yield peer
    server.clear()
    if server.is_running():
        server.stop()


@contextmanager
def a_twilio() -> Iterator[TwilioPeer]:
    """Run a Twilio on a free port."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    peer = TwilioPeer(server)
    server.expect_request(re.compile(r"/2010-04-01/Accounts/AC[0-9a-f]{32}/Messages.json")).respond_with_handler(
        peer.take
    )
    yield peer
    server.clear()
    if server.is_running():
        server.stop()


@pytest.fixture
def smtp_server(settings: Any) -> Iterator[SmtpPeer]:
    """A mail server that this process sends to, while the test lasts."""
    with a_mail_server() as peer:
        settings.EMAIL_BACKEND = "django.core.mail.backends.smtp.EmailBackend"
        settings.EMAIL_HOST, settings.EMAIL_PORT = peer.host, peer.port
        yield peer


@pytest.fixture
def demo_outbox(settings: Any) -> None:
    """Keep mails in the database, as the demo does; Django's test runner would keep them in ``mail.outbox``."""
    settings.DEMO_OUTBOX = True
    settings.EMAIL_BACKEND = "notifications.outbox.backend.OutboxEmailBackend"


@pytest.fixture
def slack_peer(settings: Any) -> Iterator[SlackPeer]:
    """A Slack that this process posts to, while the test lasts."""
    with a_slack() as peer:
        settings.SLACK_API_URL = peer.api_url
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer


@pytest.fixture
def teams_peer(settings: Any) -> Iterator[TeamsPeer]:
    """A workflow that this process posts to, while the test lasts."""
    with a_workflow() as peer:
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer


@pytest.fixture
def twilio_peer(settings: Any) -> Iterator[TwilioPeer]:
    """A Twilio that this process sends texts by, while the test lasts."""
    with a_twilio() as peer:
        settings.TWILIO_API_URL = peer.api_url
        settings.ALLOW_PRIVATE_OUTBOUND = True
        yield peer


def _wait_until(is_so: Any, seconds: float, wanted: str) -> None:
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(f"Waited {seconds} s for {wanted}.")
        threading.Event().wait(0.01)
