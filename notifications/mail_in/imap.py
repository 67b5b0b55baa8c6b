"""A line to a mailbox (IMAP4rev1, RFC 3501): checked addresses, a deadline, capped literals."""

from __future__ import annotations

import contextlib
import imaplib
import re
import socket
import ssl
import threading
from collections.abc import Iterator
from typing import Any

from notifications import addresses
from notifications.outbound import trust
from teams.models import MailboxConnection

STEP_LIMIT = 8.0  # seconds for one answer
TOTAL_LIMIT = 17.0  # seconds for a whole look into the mailbox
LARGEST = 1_000_000  # bytes that are read of one mail
SPARE = 65_536  # what a server may send around it
Security = MailboxConnection.Security


class Refused(Exception):
    """The mailbox will not let us in, however often we ask: its owner can mend it."""


class Unreachable(Exception):
    """There is no telling: it did not answer, or not as it should."""


class _Guarded:
    """Connects as ``notifications.addresses`` does, and reads no more than a mail may have."""

    host: str
    port: int

    def _create_socket(self, timeout: float | None) -> socket.socket:
        return addresses.connect(self.host, self.port, timeout)

    def read(self, size: int) -> bytes:
        if size > LARGEST + SPARE:
            raise imaplib.IMAP4.abort("larger than was asked for")
        data: bytes = super().read(size)  # type: ignore[misc]  # of the class it is mixed into
        return data


class _Plain(_Guarded, imaplib.IMAP4):
    """Without TLS at first; STARTTLS asks for the name."""


class _Safe(_Guarded, imaplib.IMAP4_SSL):
    """With TLS from the start."""

    def _create_socket(self, timeout: float | None) -> socket.socket:
        line = super()._create_socket(timeout)
        try:
            return trust().wrap_socket(line, server_hostname=self.host)
        except (OSError, ValueError):
            line.close()
            raise


class Mailbox:
    """The opened folder of a mailbox."""

    def __init__(self, line: imaplib.IMAP4) -> None:
        self._line = line
        self.validity = self._number("UIDVALIDITY")
        self.next_uid = self._number("UIDNEXT")

    def after(self, uid: int) -> list[int]:
        """Return the UIDs above this one, rising. n:* means the last one, whatever n is (RFC 3501, 6.4.8)."""
        return [found for found in self._search(f"UID {uid + 1}:*") if found > uid]

    def unseen(self) -> list[int]:
        """Return the UIDs of what nobody has read, rising."""
        return self._search("UNSEEN")

    def fetch(self, uid: int) -> bytes:
        """Return the beginning of a mail, unmarked; nothing if it is gone."""
        _, told = self._ask("FETCH", str(uid), f"(BODY.PEEK[]<0.{LARGEST}>)")
        return next((bytes(each[1]) for each in told or [] if isinstance(each, tuple) and len(each) > 1), b"")

    def mark_seen(self, uid: int) -> None:
        """Mark it as read, for the people who look into the mailbox as well."""
        self._ask("STORE", str(uid), "+FLAGS.SILENT", r"(\Seen)")

    def _search(self, what: str) -> list[int]:
        _, told = self._ask("SEARCH", what)
        return sorted(int(each) for line in told or [] if line for each in line.split() if each.isdigit())

    def _ask(self, command: str, *said: str) -> tuple[str, list[Any]]:
        status, told = self._line.uid(command, *said)
        if status != "OK":
            raise Unreachable(f"The mailbox answered {command} with {status}.")
        return status, told

    def _number(self, name: str) -> int:
        _, told = self._line.response(name)
        found = re.search(rb"\d{1,12}", told[0] or b"") if told and told[0] else None
        return int(found[0]) if found else 0


@contextlib.contextmanager
def opened(connection: MailboxConnection) -> Iterator[Mailbox]:
    """Sign in and open the folder. Raises Refused or Unreachable; neither quotes the password."""
    lines: list[imaplib.IMAP4] = []
    alarm = threading.Timer(TOTAL_LIMIT, _cut, [lines])
    alarm.daemon = True
    alarm.start()
    try:
        kind = _Safe if connection.security == Security.TLS else _Plain
        line: imaplib.IMAP4 = kind(connection.host, connection.port, timeout=STEP_LIMIT)
        lines.append(line)
        if connection.security == Security.STARTTLS:
            _make_safe(line)
        _sign_in(line, connection)
        yield Mailbox(line)
    except addresses.NotPublic as refusal:
        raise Refused(str(refusal)) from None
    except ssl.SSLCertVerificationError:
        raise Refused("The certificate of the mailbox was not accepted.") from None
    except (imaplib.IMAP4.error, OSError, ValueError):
        raise Unreachable("The mailbox did not answer, or not as it should.") from None
    finally:
        alarm.cancel()
        for each in lines:
            with contextlib.suppress(imaplib.IMAP4.error, OSError, ValueError):
                each.logout()
            with contextlib.suppress(OSError):
                each.shutdown()


def _make_safe(line: imaplib.IMAP4) -> None:
    if "STARTTLS" not in line.capabilities:
        raise Refused("The server cannot make the connection safe (STARTTLS).")
    line.starttls(ssl_context=trust())


def _sign_in(line: imaplib.IMAP4, connection: MailboxConnection) -> None:
    try:
        line.login(connection.username, connection.password)
    except imaplib.IMAP4.abort:
        raise
    except (imaplib.IMAP4.error, UnicodeError):  # the error quotes what was sent
        raise Refused("Login refused.") from None
    status, _ = line.select(_quoted(connection.folder or "INBOX"))
    if status != "OK":
        raise Refused(f"Folder “{connection.folder}” was not found.")


def _quoted(folder: str) -> str:
    escaped = folder.replace("\\", "\\\\").replace('"', '\\"')
    return f'"{escaped}"'


def _cut(lines: list[imaplib.IMAP4]) -> None:
    for line in lines:
        with contextlib.suppress(OSError, AttributeError):
            line.sock.shutdown(socket.SHUT_RDWR)
