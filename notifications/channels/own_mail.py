"""A team's own mail server: dialled at checked addresses only, and never quoted with its password."""

from __future__ import annotations

import base64
import smtplib
import socket
import ssl
from typing import Any

from django.core.mail.backends.smtp import EmailBackend

from notifications import addresses
from notifications.channels.vocabulary import ChannelError
from teams.models import MailConnection

Security = MailConnection.Security


class _Plain(smtplib.SMTP):
    """Connects as ``notifications.addresses`` does; STARTTLS still asks for the name."""

    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        return addresses.connect(host, port, timeout)


class _Safe(smtplib.SMTP_SSL):
    """The same with TLS from the start."""

    def _get_socket(self, host: str, port: int, timeout: float | None) -> socket.socket:
        line = addresses.connect(host, port, timeout)
        context: ssl.SSLContext = self.context
        return context.wrap_socket(line, server_hostname=host)


class OwnMailBackend(EmailBackend):
    """Django's own, on a guarded line."""

    def __init__(self, connection: MailConnection, *, timeout: int) -> None:
        super().__init__(
            host=connection.host,
            port=connection.port,
            username=connection.username,
            password=connection.password,
            use_tls=connection.security == Security.STARTTLS,
            use_ssl=connection.security == Security.TLS,
            timeout=timeout,
        )
        self.answer = f"Accepted by {connection.host}."

    @property
    def connection_class(self) -> Any:
        """What dials."""
        return _Safe if self.use_ssl else _Plain


def key_of(connection: MailConnection) -> tuple[object, ...]:
    """Return what makes a kept line the same as this one."""
    return tuple(getattr(connection, name) for name in ("host", "port", "security", "username", "password"))


def of_the_connection(problem: Exception) -> bool:
    """Whether the server refuses us, whatever the mail: the login, our address as sender, the way we speak to it."""
    match problem:
        case addresses.NotPublic() | ssl.SSLCertVerificationError() | smtplib.SMTPNotSupportedError():
            return True
        case smtplib.SMTPAuthenticationError() | smtplib.SMTPSenderRefused():
            return problem.smtp_code >= 500
        case smtplib.SMTPResponseException():
            return problem.smtp_code in {530, 534, 535, 538}
        case _:
            return False


def without_secrets(problem: ChannelError, connection: MailConnection) -> str:
    """Return what it says, without the password, however the server may have quoted it back."""
    told, secret = str(problem), connection.password
    if secret:
        plain = f"\0{connection.username}\0{secret}".encode()
        for form in (base64.b64encode(plain).decode(), base64.b64encode(secret.encode()).decode(), secret):
            told = told.replace(form, "…")
    return told
