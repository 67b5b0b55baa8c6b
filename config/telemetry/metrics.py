"""What this process counts by itself: requests. What is owed lies in PostgreSQL, and is counted there when asked."""

from __future__ import annotations

from prometheus_client import Counter, Histogram

METHODS = {"GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"}
SECONDS = (0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10)

_requests = Counter("baton_http_requests", "Requests answered.", ["method", "route", "status"])
_latency = Histogram("baton_http_request_seconds", "How long an answer took.", ["method", "route"], buckets=SECONDS)


def note_request(*, method: str, route: str, status: int, seconds: float) -> None:
    """Count one answer. A method that we never heard of is counted as OTHER: the caller may invent any number."""
    known = method if method in METHODS else "OTHER"
    _requests.labels(known, route, str(status)).inc()
    _latency.labels(known, route).observe(seconds)
