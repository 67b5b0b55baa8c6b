"""Where a connection may lead: names are looked up once, every answer is checked, and only that answer is dialled.

An address is refused if any registry calls it anything but globally reachable unicast (RFC 6890 and its successors),
and so is one that carries such an address inside: translated (NAT64), 6to4, Teredo, mapped. Python's ``is_private``
alone lets several of them through.
"""

from __future__ import annotations

import ipaddress
import socket
from collections.abc import Iterator

from django.conf import settings

Address = ipaddress.IPv4Address | ipaddress.IPv6Address

#: Not for the public network, or a way around it. https://www.iana.org/assignments/iana-ipv4-special-registry
CLOSED_4 = tuple(
    ipaddress.IPv4Network(network)
    for network in (
        "0.0.0.0/8",
        "10.0.0.0/8",
        "100.64.0.0/10",  # shared by carriers' NAT; some clouds keep services there
        "127.0.0.0/8",
        "169.254.0.0/16",  # link-local: clouds give out their credentials here
        "172.16.0.0/12",
        "192.0.0.0/24",
        "192.0.2.0/24",
        "192.88.99.0/24",  # 6to4 relays, withdrawn
        "192.168.0.0/16",
        "198.18.0.0/15",
        "198.51.100.0/24",
        "203.0.113.0/24",
        "224.0.0.0/4",  # multicast
        "240.0.0.0/4",  # reserved, and broadcast
    )
)
#: Only global unicast is open, without what tunnels or documents. .../assignments/iana-ipv6-special-registry
OPEN_6 = ipaddress.IPv6Network("2000::/3")
CLOSED_6 = tuple(
    ipaddress.IPv6Network(network)
    for network in (
        "2001::/23",  # protocol assignments: Teredo, ORCHID, benchmarking
        "2001:db8::/32",
        "2002::/16",  # 6to4: any IPv4 address inside
        "3fff::/20",
        "3ffe::/16",  # the old 6bone
    )
)


MOST_TRIED = 3  # addresses of one name, each for the whole timeout


class NotPublic(Exception):
    """The name leads to no address that we would dial."""


def is_public(address: Address) -> bool:
    """Whether this is an address of the public network, and carries none that is not."""
    if isinstance(address, ipaddress.IPv4Address):
        return not any(address in network for network in CLOSED_4)
    return address in OPEN_6 and not any(address in network for network in CLOSED_6)


def is_dialled(address: Address) -> bool:
    """Whether we may connect there: to the public, and to loopback where ``ALLOW_PRIVATE_OUTBOUND`` opens it."""
    return is_public(address) or (bool(settings.ALLOW_PRIVATE_OUTBOUND) and address.is_loopback)


def is_loopback_name(host: str) -> bool:
    """Whether the host is this machine by its usual names. Says nothing about what a resolver would answer."""
    if host.rstrip(".").lower() == "localhost":
        return True
    try:
        return ipaddress.ip_address(host).is_loopback
    except ValueError:
        return False


def dialled(host: str, port: int) -> list[tuple[socket.AddressFamily, tuple[str, int]]]:
    """Look the host up, once, and return what may be connected to, as numbers that need no further look-up.

    Raises NotPublic if a single answer is not public: a name that mixes them is up to no good. Raises OSError if the
    name is unknown.
    """
    found = list(_looked_up(host, port))
    for _, (number, _) in found:
        if not is_dialled(ipaddress.ip_address(number.partition("%")[0])):
            raise NotPublic("This name leads to an address that is not public.")
    return found


def connect(host: str, port: int, timeout: float | None) -> socket.socket:
    """Connect to the host at one of its checked addresses. Raises NotPublic or OSError."""
    problem: OSError | None = None
    for family, place in dialled(host, port)[:MOST_TRIED]:
        line = socket.socket(family, socket.SOCK_STREAM)
        try:
            line.settimeout(timeout)
            line.connect(place)
        except OSError as failure:
            line.close()
            problem = failure
        else:
            return line
    raise problem or OSError("The name has no address.")


def _looked_up(host: str, port: int) -> Iterator[tuple[socket.AddressFamily, tuple[str, int]]]:
    try:
        answers = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    except UnicodeError as problem:  # a label that is empty or too long for a name
        raise OSError("This is not a name.") from problem
    for family, _, _, _, place in answers:
        if family in {socket.AF_INET, socket.AF_INET6}:
            yield family, (str(place[0]), int(place[1]))
