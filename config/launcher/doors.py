"""The ports, opened before anything else: a taken one is known at once, and no restart of a process loses a caller."""

import os
import socket

from config.launcher.processes import LaunchError

TRIED = 20  # ports after the one of the pages, for the event stream


def open_pages() -> tuple[str, socket.socket]:
    """Open HOST and PORT for the pages, and return the host as it was given."""
    host, port = os.environ.get("HOST") or "127.0.0.1", os.environ.get("PORT") or "8000"
    try:
        return host, _open(host, int(port))
    except (OSError, OverflowError, ValueError) as problem:
        words = f"Cannot listen on {host}:{port} ({problem}). Give another PORT or HOST."
        raise LaunchError(f"{words} A running copy takes its PORT and the one after it.") from None


def open_events(host: str, *, after: int) -> socket.socket:
    """Open the next port that is free, for the event stream."""
    problem: OSError | OverflowError | None = None
    for port in range(after + 1, after + 1 + TRIED):
        try:
            return _open(host, port)
        except (OSError, OverflowError) as taken:
            problem = taken
    raise LaunchError(f"No port is free from {after + 1} to {after + TRIED} ({problem}). Give another PORT.")


def _open(host: str, port: int) -> socket.socket:
    family, kind, _, _, address = socket.getaddrinfo(host, port, type=socket.SOCK_STREAM)[0]
    listener = socket.socket(family, kind)
    try:
        listener.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        listener.bind(address)
        listener.listen(2048)
    except (OSError, OverflowError):
        listener.close()
        raise
    return listener
