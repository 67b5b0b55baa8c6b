"""The guarded way out for whole documents at addresses that people enter, as a calendar feed.

Addresses are checked and dialled as in ``outbound``. Unlike there a few redirects are followed, each checked like the
first address, and the answer is refused by size (unpacked too) and by time, whatever the other side does.
"""

from __future__ import annotations

import contextlib
import http.client
import socket
import ssl
import threading
import time
import zlib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from urllib.parse import SplitResult, urljoin, urlsplit

from notifications import addresses
from notifications.outbound import (
    CONNECT_LIMIT,
    READ_LIMIT,
    TOTAL_LIMIT,
    Forbidden,
    Unreachable,
    check_address,
    trust,
    wait_asked_for,
)

REDIRECTS = 3
AT_A_TIME = 65_536  # bytes
MOVED = frozenset({301, 302, 303, 307, 308})


class TooMuch(Exception):
    """The answer is larger than we read."""


@dataclass(frozen=True, slots=True)
class Page:
    """What came back, unpacked."""

    status: int
    headers: Mapping[str, str]  # by names in lower case
    body: bytes

    @property
    def retry_after(self) -> timedelta | None:
        """The wait that was asked for, at most a day."""
        return wait_asked_for(self.headers.get("retry-after", ""))


def fetch(url: str, *, most: int, headers: Mapping[str, str] | None = None) -> Page:
    """Ask for a page of at most ``most`` bytes and return the answer, whatever its status.

    Raises Forbidden, Unreachable or TooMuch; none of their texts holds the address, which may be a secret.
    """
    until = time.monotonic() + TOTAL_LIMIT
    for _ in range(REDIRECTS + 1):
        page = _ask(url, most=most, headers=headers or {}, until=until)
        location = page.headers.get("location", "")
        if page.status not in MOVED or not location:
            return page
        url = urljoin(url, location)
    raise Unreachable(f"More than {REDIRECTS} redirects.")


def _ask(url: str, *, most: int, headers: Mapping[str, str], until: float) -> Page:
    check_address(url, hosts=None)
    parts = urlsplit(url)
    path = f"{parts.path or '/'}?{parts.query}" if parts.query else parts.path or "/"
    said = {"Accept-Encoding": "gzip", "User-Agent": "Baton", **headers, "Host": parts.netloc, "Connection": "close"}
    try:
        connection = _connected(parts)
        with _Deadline(connection, until):
            connection.request("GET", path, headers=said)
            response = connection.getresponse()
            body = _read(response, most=most)
        if time.monotonic() > until:  # cut off by us: without a length that would look like the end
            raise TimeoutError
        return Page(response.status, {name.lower(): value for name, value in response.headers.items()}, body)
    except addresses.NotPublic as refusal:
        raise Forbidden(str(refusal)) from refusal
    except ssl.SSLError as problem:
        raise Unreachable("The certificate was not accepted.") from problem
    except (http.client.HTTPException, OSError, ValueError, zlib.error) as problem:
        # a ValueError is what reading from a connection raises once the deadline has closed it
        is_late = time.monotonic() > until or isinstance(problem, TimeoutError)
        raise Unreachable("No answer in time." if is_late else "The connection failed or was cut off.") from problem


def _connected(parts: SplitResult) -> http.client.HTTPConnection:
    """Connect to an address that was checked, which over TLS proves by its certificate that it is the host."""
    host, is_secure = str(parts.hostname), parts.scheme == "https"
    port = parts.port or (443 if is_secure else 80)
    connection = http.client.HTTPConnection(host, port)
    connection.sock = addresses.connect(host, port, CONNECT_LIMIT)
    connection.sock.settimeout(READ_LIMIT)
    if is_secure:
        connection.sock = trust().wrap_socket(connection.sock, server_hostname=host)
    return connection


class _Deadline:
    """Cuts the connection off when the time is over, even between two bytes of a header that drips."""

    def __init__(self, connection: http.client.HTTPConnection, until: float) -> None:
        self._connection = connection
        self._socket = connection.sock
        self._timer = threading.Timer(max(until - time.monotonic(), 0.01), self._cut)
        self._timer.daemon = True

    def _cut(self) -> None:
        with contextlib.suppress(OSError):
            self._socket.shutdown(socket.SHUT_RDWR)

    def __enter__(self) -> None:
        self._timer.start()

    def __exit__(self, *_: object) -> None:
        self._timer.cancel()
        self._connection.close()


def _read(response: http.client.HTTPResponse, *, most: int) -> bytes:
    """Read all of it, unpacked piece by piece: what a small answer would grow to is never made."""
    is_packed = response.headers.get("Content-Encoding", "").strip().lower() in {"gzip", "x-gzip"}
    unpacker = zlib.decompressobj(wbits=31) if is_packed else None
    body = bytearray()
    while piece := response.read1(AT_A_TIME):
        body += unpacker.decompress(piece, most + 1 - len(body)) if unpacker else piece
        if len(body) > most or (unpacker and unpacker.unconsumed_tail):
            raise TooMuch(f"The answer is larger than {most // 1_000_000} MB.")
    if response.length:  # fewer bytes came than were announced
        raise http.client.IncompleteRead(bytes(body))
    if unpacker and not unpacker.eof:
        raise zlib.error("The packed answer was cut off.")
    return bytes(body)
