"""A mail server, for real, that misbehaves on request."""

from __future__ import annotations

import asyncio
import email
from collections import deque
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from email.message import EmailMessage
from email.policy import SMTP as SMTP_POLICY
from typing import Any

import pytest
from aiosmtpd.controller import Controller

from notifications.channels import mail_server
from notifications.tests.peers.waiting import wait_until


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
        wait_until(lambda: len(self.messages) >= number, seconds, f"{number} mails, got {len(self.messages)}")
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
