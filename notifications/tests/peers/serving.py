"""What peers that speak HTTP have in common: a server on a free port, and answers other than the usual one."""

from __future__ import annotations

import time
from collections import deque
from collections.abc import Iterator
from contextlib import contextmanager

from pytest_httpserver import HTTPServer
from werkzeug import Response


@contextmanager
def a_server() -> Iterator[HTTPServer]:
    """Run a server that answers nothing yet."""
    server = HTTPServer(host="127.0.0.1", port=0, threaded=True)
    server.start()
    yield server
    server.clear()
    if server.is_running():
        server.stop()


def next_of(answers: deque[Response | float]) -> Response | None:
    """Return the answer whose turn it is, if any. A number is so many seconds to wait before the usual one."""
    answer = answers.popleft() if answers else None
    if isinstance(answer, float | int):
        time.sleep(answer)
        return None
    return answer


def named(headers: dict[str, str]) -> dict[str, str]:
    """Return headers that were given as keywords by the names that HTTP has for them."""
    return {name.replace("_", "-"): value for name, value in headers.items()}
