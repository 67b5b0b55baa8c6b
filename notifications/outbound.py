"""The guarded way out: with ``fetching``, for pages larger than an answer, the only place that speaks HTTP to others.

HTTPS to public addresses, of hosts on a list where there is one; no redirects, answers cut short, everything within
20 s. A name is looked up once, when we connect, and only the answers that were checked are dialled, so that another
answer a moment later changes nothing. ``ALLOW_PRIVATE_OUTBOUND`` opens loopback, and plain HTTP to it, for peers in
development and tests.
"""

from __future__ import annotations

import socket
import ssl
import threading
import time
from collections.abc import Collection, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from functools import cache
from typing import Any, TypeAlias
from urllib.parse import urlsplit

import certifi
import requests
from django.conf import settings
from requests.adapters import HTTPAdapter
from urllib3 import HTTPConnectionPool, HTTPSConnectionPool
from urllib3.connection import HTTPConnection, HTTPSConnection
from urllib3.exceptions import ConnectTimeoutError, NewConnectionError

from notifications import addresses

CONNECT_LIMIT = 5.0  # seconds
READ_LIMIT = 12.0  # seconds without a byte
TOTAL_LIMIT = 18.0  # seconds from the request to the end of the answer
ANSWER_LIMIT = 64_000  # bytes

#: Names, or endings that begin with a dot. None: any public host, for addresses that have no list.
Hosts: TypeAlias = Collection[str] | None

_of_thread = threading.local()


class Unreachable(Exception):
    """No answer: the network, the other side, or our patience."""


class Forbidden(Exception):
    """We do not go there."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back."""

    status: int
    headers: Mapping[str, str]
    text: str

    @property
    def retry_after(self) -> timedelta | None:
        """The wait that was asked for, in seconds or as a date (RFC 9110, 10.2.3), at most a day."""
        return wait_asked_for(self.headers.get("Retry-After", ""))


def post_json(
    url: str,
    payload: Mapping[str, Any],
    *,
    hosts: Hosts,
    headers: Mapping[str, str] | None = None,
    within: float = TOTAL_LIMIT,
) -> Answer:
    """Post JSON and return the answer, whatever its status, in so many seconds. Raises Forbidden or Unreachable."""
    return _ask("POST", url, hosts=hosts, within=within, json=payload, headers=headers)


def post_form(
    url: str, fields: Mapping[str, str], *, hosts: Hosts, login: tuple[str, str], within: float = TOTAL_LIMIT
) -> Answer:
    """Post a form with a basic login, as above. Raises Forbidden or Unreachable."""
    return _ask("POST", url, hosts=hosts, within=within, data=fields, auth=login)


def get(url: str, *, hosts: Hosts, headers: Mapping[str, str] | None = None) -> Answer:
    """Ask for a page and return the answer, whatever its status. Raises Forbidden or Unreachable."""
    return _ask("GET", url, hosts=hosts, headers=headers)


def _ask(method: str, url: str, *, hosts: Hosts, within: float = TOTAL_LIMIT, **said: Any) -> Answer:
    check_address(url, hosts=hosts)
    until = time.monotonic() + within
    patience = (min(CONNECT_LIMIT, within), min(READ_LIMIT, within))
    try:
        with _session().request(method, url, timeout=patience, allow_redirects=False, stream=True, **said) as response:
            text = _read(response, until=until)
            return Answer(response.status_code, response.headers, text)
    except addresses.NotPublic as refusal:
        raise Forbidden(str(refusal)) from refusal
    except (requests.RequestException, ValueError) as problem:  # ValueError: an address that urllib3 cannot read
        raise Unreachable(_cause(problem)) from problem


def check_address(url: str, *, hosts: Hosts) -> None:
    """Raise Forbidden unless the URL leads to one of these hosts over HTTPS, with no port or credentials in it."""
    try:
        parts = urlsplit(url)
        host, port = parts.hostname or "", parts.port
    except ValueError:
        raise Forbidden("This is not an address.") from None
    if parts.username is not None or parts.password is not None:
        raise Forbidden("An address with a name or password in it is not allowed here.")
    if settings.ALLOW_PRIVATE_OUTBOUND and addresses.is_loopback_name(host) and parts.scheme in {"http", "https"}:
        return
    if parts.scheme != "https" or port not in {None, 443} or not _is_listed(host, hosts):
        raise Forbidden(f"Only {_named(hosts)} is allowed here.")


def _is_listed(host: str, hosts: Hosts) -> bool:
    if hosts is None:
        return bool(host)
    return any(host == each or (each.startswith(".") and host.endswith(each)) for each in hosts)


def _named(hosts: Hosts) -> str:
    if hosts is None:
        return "https:// with a public address"
    return " or ".join(f"https://{'…' if host.startswith('.') else ''}{host}" for host in sorted(hosts))


class _PlainConnection(HTTPConnection):
    """Connects to checked addresses only. The name stays what the other side and its certificate are asked for."""

    def _new_conn(self) -> Any:
        try:
            line = addresses.connect(self.host, self.port, self.timeout)
        except TimeoutError as problem:
            raise ConnectTimeoutError(self, "No connection in time.") from problem
        except OSError as problem:
            raise NewConnectionError(self, "No connection.") from problem
        line.setsockopt(socket.IPPROTO_TCP, socket.TCP_NODELAY, 1)
        return line


class _SafeConnection(_PlainConnection, HTTPSConnection):
    """The same with TLS."""


class _PlainPool(HTTPConnectionPool):
    ConnectionCls = _PlainConnection


class _SafePool(HTTPSConnectionPool):
    ConnectionCls = _SafeConnection


class _Guarded(HTTPAdapter):
    """Dials checked addresses, and loads the certificate authorities once a process: a load costs twenty calls."""

    def init_poolmanager(self, *args: Any, **kwargs: Any) -> None:
        super().init_poolmanager(*args, **kwargs, ssl_context=trust())
        self.poolmanager.pool_classes_by_scheme = {"http": _PlainPool, "https": _SafePool}

    def cert_verify(self, conn: Any, url: Any, verify: Any, cert: Any) -> None:  # noqa: ARG002 - requests calls it
        conn.cert_reqs = "CERT_REQUIRED"


@cache
def trust() -> ssl.SSLContext:
    """Return what certificates are checked by; shared, as it takes long to load."""
    return ssl.create_default_context(cafile=certifi.where())


def _session() -> requests.Session:
    """Return this thread's session, with its kept connections."""
    session: requests.Session | None = getattr(_of_thread, "session", None)
    if session is None:
        session = requests.Session()
        session.trust_env = False  # no proxies, no .netrc
        for scheme in ("http://", "https://"):
            session.mount(scheme, _Guarded(pool_connections=2, pool_maxsize=2, max_retries=0))
        _of_thread.session = session
    return session


def _read(response: requests.Response, *, until: float) -> str:
    body = b""
    for chunk in response.iter_content(8192):
        body += chunk
        if len(body) > ANSWER_LIMIT or time.monotonic() > until:
            break
    return body[:ANSWER_LIMIT].decode("utf-8", "replace")


def wait_asked_for(header: str) -> timedelta | None:
    """Return the wait that a Retry-After asks for, at most a day; None where it says nothing that can be read."""
    if header.isdecimal():
        return min(timedelta(seconds=int(header[:9])), timedelta(days=1))
    try:
        moment = parsedate_to_datetime(header)
    except ValueError:
        return None
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=UTC)
    return min(max(moment - datetime.now(UTC), timedelta()), timedelta(days=1))


def _cause(problem: Exception) -> str:
    """Say what went wrong without the address: it may be a credential."""
    if isinstance(problem, requests.ConnectTimeout):
        return "No connection in time."
    if isinstance(problem, requests.Timeout):
        return "No answer in time."
    if isinstance(problem, requests.exceptions.SSLError):
        return "The certificate was not accepted."
    return "The connection failed or was cut off."
