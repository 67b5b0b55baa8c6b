"""The mail server: one kept connection a thread, since a new one costs thirty times a send (STARTTLS and all)."""

from __future__ import annotations

import contextlib
import smtplib
import socket
import ssl
import threading
import time
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any, TypeAlias

from django.conf import settings
from django.core.mail import EmailMessage, get_connection
from django.core.mail.backends.base import BaseEmailBackend

from notifications import addresses
from notifications.channels import own_mail
from notifications.channels.vocabulary import ChannelError
from teams.models import MailConnection

STEP_LIMIT = 8  # seconds for one answer of the server
TOTAL_LIMIT = 19.0  # seconds for the whole mail
KEPT_FOR = 30.0  # seconds without use; servers close idle connections sooner or later
TRUSTED_FOR = 1.0  # seconds without use, after which we ask whether it is still there
MOST_KEPT = 4  # servers a thread keeps a line to: the installation's and a few teams' own
OUR_LOGIN = frozenset({530, 534, 535, 538})  # 5yz, but of our own credentials: an administrator can mend it

Server: TypeAlias = tuple[object, ...]

_of_thread = threading.local()


@dataclass(slots=True)
class _Kept:
    backend: BaseEmailBackend
    used_at: float


def send(mail: EmailMessage, *, by: MailConnection | None = None, within: float = TOTAL_LIMIT) -> str:
    """Hand the mail to the installation's server, or to a team's own, and return what to tell. Raises ChannelError."""
    until = time.monotonic() + within
    server = _server(by)
    try:
        kept = _opened(server, by, until=until)
        with _cut_off_at(until, kept.backend):
            kept.backend.send_messages([mail])
    except Exception as problem:
        _forget(server)
        told = _told(problem)
        if by is not None:
            raise _told_of_own(problem, told, by) from None  # the cause may quote the login
        raise told from problem
    kept.used_at = time.monotonic()
    return str(getattr(kept.backend, "answer", "Accepted by the mail server."))


def _server(by: MailConnection | None) -> Server:
    if by is not None:
        return own_mail.key_of(by)
    return (settings.EMAIL_BACKEND, settings.EMAIL_HOST, settings.EMAIL_PORT, settings.EMAIL_HOST_USER)


def _opened(server: Server, by: MailConnection | None, *, until: float) -> _Kept:
    """Return this thread's line to the server; of more servers than it may keep, the longest unused is let go."""
    lines = _lines()
    kept = lines.get(server)
    if kept is not None and _is_alive(kept):
        return kept
    _forget(server)
    while len(lines) >= MOST_KEPT:
        _forget(min(lines, key=lambda each: lines[each].used_at))
    backend = own_mail.OwnMailBackend(by, timeout=STEP_LIMIT) if by else get_connection(timeout=STEP_LIMIT)
    lines[server] = kept = _Kept(backend, time.monotonic())
    with _cut_off_at(until, backend):
        backend.open()
    return kept


def _lines() -> dict[Server, _Kept]:
    lines: dict[Server, _Kept] = _of_thread.__dict__.setdefault("lines", {})
    return lines


def _told_of_own(problem: Exception, told: ChannelError, by: MailConnection) -> ChannelError:
    is_refused = own_mail.of_the_connection(problem)
    return ChannelError(
        own_mail.without_secrets(told, by), permanent=told.permanent or is_refused, needs_reconnect=is_refused
    )


def _is_alive(kept: _Kept) -> bool:
    idle = time.monotonic() - kept.used_at
    if idle < TRUSTED_FOR:
        return True
    server: Any = getattr(kept.backend, "connection", None)
    if idle > KEPT_FOR or server is None:
        return False
    try:
        return bool(server.noop()[0] == 250)
    except (smtplib.SMTPException, OSError):
        return False


def hang_up() -> None:
    """Close this thread's lines."""
    for server in list(_lines()):
        _forget(server)


def _forget(server: Server) -> None:
    """Close the line to a server. After a failure nobody knows what it expects next."""
    kept = _lines().pop(server, None)
    if kept is None:
        return
    line: Any = getattr(kept.backend, "connection", None)
    if line is not None:
        line.close()  # no QUIT: its answer might take as long as the one that we did not get
        kept.backend.connection = None  # type: ignore[attr-defined]  # where the SMTP backend keeps it
    kept.backend.close()


@contextlib.contextmanager
def _cut_off_at(until: float, backend: BaseEmailBackend) -> Iterator[None]:
    """Break the connection at that monotonic time: the timeout of a socket is only that of each answer."""

    def cut_off() -> None:
        server: Any = getattr(backend, "connection", None)
        with contextlib.suppress(OSError, AttributeError):
            server.sock.shutdown(socket.SHUT_RDWR)

    alarm = threading.Timer(max(0.1, until - time.monotonic()), cut_off)
    alarm.daemon = True
    alarm.start()
    try:
        yield
    finally:
        alarm.cancel()


def _told(problem: Exception) -> ChannelError:  # noqa: PLR0911 - a table: each kind of failure, a line
    """Say whether another try makes sense: 4yz and broken connections do, 5yz do not (RFC 5321, 4.2.1)."""
    match problem:
        case addresses.NotPublic():
            return ChannelError(str(problem), permanent=True)
        case ssl.SSLCertVerificationError():
            return ChannelError("The certificate of the mail server was not accepted.")
        case smtplib.SMTPRecipientsRefused(recipients=refused) if refused:
            code, text = next(iter(refused.values()))
            return _by_code(code, text)
        case smtplib.SMTPConnectError() | smtplib.SMTPHeloError():
            return ChannelError(f"{problem.smtp_code} {_words(problem.smtp_error)}")
        case smtplib.SMTPResponseException():
            return _by_code(problem.smtp_code, problem.smtp_error)
        case smtplib.SMTPNotSupportedError() | UnicodeError() | ValueError():
            return ChannelError(f"The mail server cannot take this: {problem}", permanent=True)
        case TimeoutError() | smtplib.SMTPServerDisconnected() if "timed out" in str(problem):
            return ChannelError("No answer from the mail server in time.")
        case smtplib.SMTPException() | OSError():
            return ChannelError("The connection to the mail server failed or was cut off.")
        case _:
            return ChannelError(f"{type(problem).__name__}: {problem}")


def _by_code(code: int, text: bytes | str) -> ChannelError:
    return ChannelError(f"{code} {_words(text)}", permanent=500 <= code < 600 and code not in OUR_LOGIN)


def _words(text: bytes | str) -> str:
    return text.decode("utf-8", "replace") if isinstance(text, bytes) else text
