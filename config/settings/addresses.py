"""Addresses that follow from others: REDIS_URL in the spellings of its readers, and where the event stream is."""

from urllib.parse import urlsplit

UNIX = "unix://"


def broker_url(redis_url: str) -> str:
    """Return kombu's spelling: a Unix socket has another scheme there, and the database another name."""
    if not redis_url.startswith(UNIX):
        return redis_url
    return redis_url.replace(UNIX, "redis+socket://", 1).replace("?db=", "?virtual_host=")


def numbered(redis_url: str, number: int) -> str:
    """Return the address of another of the server's databases, in redis-py's spelling."""
    address = redis_url.partition("?")[0]
    if address.startswith(UNIX):
        return f"{address}?db={number}"
    scheme, _, rest = address.partition("://")
    return f"{scheme}://{rest.partition('/')[0]}/{number}"


def events_url(base_url: str) -> str:
    """Return where the event process is unless somebody says otherwise.

    Beside pages with a port of their own it has the next one; behind a proxy, which has none, it is a path of it.
    """
    base = urlsplit(base_url)
    if base.port is None:
        return f"{base_url}/events"
    name = f"[{base.hostname}]" if ":" in (base.hostname or "") else base.hostname
    return f"{base.scheme}://{name}:{base.port + 1}"


def origin(url: str) -> str:
    """Return the part of an address that browsers compare."""
    parts = urlsplit(url)
    return f"{parts.scheme}://{parts.netloc.rpartition('@')[2]}"
