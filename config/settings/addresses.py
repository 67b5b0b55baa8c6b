"""One REDIS_URL in the two spellings that its readers want, redis-py's and kombu's."""

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
