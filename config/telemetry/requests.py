"""What is seen of every request: its id, one line in the log, and its place in the metrics."""

from __future__ import annotations

import re
import time
import uuid
from collections.abc import Callable
from typing import Any

import pghistory
import structlog
from django.conf import settings
from django.core.signals import request_finished
from django.dispatch import receiver
from django.http import HttpRequest, HttpResponse
from structlog.contextvars import bind_contextvars, clear_contextvars, get_contextvars

from config.telemetry import metrics
from teams.origin import REQUEST_ID_LENGTH, current_request_id

HEADER = "X-Request-ID"
SHAPE = re.compile(rf"[A-Za-z0-9][A-Za-z0-9._-]{{7,{REQUEST_ID_LENGTH - 1}}}")
UNROUTED = "(none)"  # one name for every address that does not exist: their number has no bound
UNSAID = {"healthz", "readyz", "metrics", "static"}  # machines ask, every few seconds and for ever

log = structlog.get_logger(__name__)


class RequestMiddleware:
    """The outermost: whatever is said or written during a request carries its id, and so does the answer.

    An id that a proxy gave is kept if it is well-formed. The line says route and status and never the path or the
    query, where names, searches and signed links stand.
    """

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        clear_contextvars()  # a thread serves one request after another
        bind_contextvars(part="web", request_id=well_formed(request.headers.get(HEADER, "")))
        began = time.perf_counter()
        response = self.get_response(request)
        response.headers[HEADER] = current_request_id()
        _tell(request, response, seconds=time.perf_counter() - began)
        return response


@receiver(request_finished, dispatch_uid="config.telemetry.requests")
def fall_silent(**_: Any) -> None:
    """Forget the request only now: Django has its say about refusals after the outermost middleware."""
    clear_contextvars()


class HistoryMiddleware:
    """What this request changes is written down under its id and route; ``teams.origin`` adds for whom it acts."""

    def __init__(self, get_response: Callable[[HttpRequest], HttpResponse]) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if request.method in {"GET", "HEAD", "OPTIONS"}:  # they change nothing
            return self.get_response(request)
        user = getattr(request, "user", None)
        said = {name: value for name, value in get_contextvars().items() if name in {"part", "request_id"}}
        with pghistory.context(user=getattr(user, "pk", None), **said):
            return self.get_response(request)

    def process_view(self, request: HttpRequest, *_: Any) -> None:
        """Name the route, which is known by now."""
        pghistory.context(route=route_of(request))


def well_formed(given: str) -> str:
    """Return the id that was given, or a new one in place of none and of one that is no id."""
    return given if SHAPE.fullmatch(given) else uuid.uuid4().hex


def route_of(request: HttpRequest) -> str:
    """Return the pattern of this request's address, the same for every id in it."""
    if request.path_info.startswith(settings.STATIC_URL):
        return settings.STATIC_URL
    return f"/{request.resolver_match.route}" if request.resolver_match else UNROUTED


def _tell(request: HttpRequest, response: HttpResponse, *, seconds: float) -> None:
    route = route_of(request)
    metrics.note_request(method=request.method or "", route=route, status=response.status_code, seconds=seconds)
    if route.strip("/") in UNSAID and response.status_code < 500:
        return
    log.info("request", method=request.method, route=route, status=response.status_code, ms=round(seconds * 1000, 1))
