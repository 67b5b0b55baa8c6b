"""``/metrics``: what this host's web processes counted, and what PostgreSQL knows, in Prometheus' text format.

Requests are counted in files that all workers of one gunicorn share (``config/gunicorn.py``), so it does not matter
which of them answers. What is owed is read from its rows: it is the same whoever asks, and survives every restart.
"""

from __future__ import annotations

import ipaddress
import os
from collections.abc import Iterator
from datetime import datetime

from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error, connection
from django.db.models import Count
from django.http import HttpRequest, HttpResponse
from django.utils import timezone
from django.utils.crypto import constant_time_compare
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe
from prometheus_client import CONTENT_TYPE_LATEST, REGISTRY, CollectorRegistry, generate_latest
from prometheus_client.core import GaugeMetricFamily
from prometheus_client.multiprocess import MultiProcessCollector
from prometheus_client.registry import Collector

from handoff.models import LiveTransfer
from handoff.states import TransferStatus
from notifications.events import pulse as events
from notifications.models import Pulse
from notifications.promises import figures
from notifications.promises.pulses import LOOPS

FORWARDED = ("X-Forwarded-For", "X-Forwarded-Host", "X-Forwarded-Proto", "X-Real-Ip", "Forwarded")


@login_not_required
@require_safe
@never_cache
def metrics(request: HttpRequest) -> HttpResponse:
    """Answer who holds METRICS_TOKEN; without one configured, whoever asks on this very machine."""
    if not _may_read(request):
        words = "Send METRICS_TOKEN as “Authorization: Bearer …”.\n"
        return HttpResponse(words, status=401, content_type="text/plain", headers={"WWW-Authenticate": "Bearer"})
    text = generate_latest(_counted()) + generate_latest(_asked())
    return HttpResponse(text, content_type=CONTENT_TYPE_LATEST)


def _may_read(request: HttpRequest) -> bool:
    if settings.METRICS_TOKEN:
        said = request.headers.get("Authorization", "").encode("utf-8", "replace")
        return constant_time_compare(said, f"Bearer {settings.METRICS_TOKEN}".encode())
    # A proxy on this machine is on loopback too, and speaks for strangers: it is known by what it adds.
    return _is_loopback(request.META.get("REMOTE_ADDR", "")) and not any(name in request.headers for name in FORWARDED)


def _is_loopback(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _counted() -> CollectorRegistry:
    """Return what the web counted: of all workers, or of this lone process."""
    if not os.environ.get("PROMETHEUS_MULTIPROC_DIR"):
        return REGISTRY
    registry = CollectorRegistry()
    MultiProcessCollector(registry)  # type: ignore[no-untyped-call]
    return registry


def _asked() -> CollectorRegistry:
    registry = CollectorRegistry()
    registry.register(_Database())
    return registry


class _Database(Collector):
    """What the rows tell at this moment. Without a database that alone is told."""

    def collect(self) -> Iterator[GaugeMetricFamily]:
        at = timezone.now()
        try:
            families = [*_owed(at), _attempts(at), _pulses(at), *_streams(at), _transfers(), _connections()]
        except Error:
            families = []
        yield GaugeMetricFamily("baton_database_up", "Whether PostgreSQL answers.", value=float(bool(families)))
        yield from families


def _owed(at: datetime) -> Iterator[GaugeMetricFamily]:
    count = GaugeMetricFamily("baton_owed", "Promises by how far they are.", labels=["model", "channel", "state"])
    age = GaugeMetricFamily("baton_oldest_due_seconds", "How long the first has been due.", labels=["model", "channel"])
    for each in figures.backlog(at=at):
        count.add_metric([each.model, each.stream, each.state], each.count)
        if each.state == figures.DUE:
            age.add_metric([each.model, each.stream], _age(each.oldest_due_at, at))
    yield count
    yield age


def _attempts(at: datetime) -> GaugeMetricFamily:
    family = GaugeMetricFamily(
        "baton_attempts_15m", "Attempts to deliver in the last 15 minutes.", labels=["channel", "outcome"]
    )
    for (channel, outcome), count in sorted(figures.recent_attempts(at=at).items()):
        family.add_metric([channel, outcome], count)
    return family


def _pulses(at: datetime) -> GaugeMetricFamily:
    """A loop that never came round has no figure: alert on its absence."""
    family = GaugeMetricFamily("baton_sweep_age_seconds", "Since the sweep's loop last came round.", labels=["loop"])
    for pulse in Pulse.objects.filter(name__in=LOOPS).order_by("name"):
        family.add_metric([pulse.name], _age(pulse.beat_at, at))
    return family


def _transfers() -> GaugeMetricFamily:
    family = GaugeMetricFamily("baton_transfers_under_way", "Clients on the phone for a transfer.", labels=["status"])
    counted = LiveTransfer.objects.under_way().order_by().values_list("status").annotate(Count("pk"))
    found = dict.fromkeys((TransferStatus.RINGING, TransferStatus.ACCEPTED), 0) | dict(counted)
    for status, count in found.items():
        family.add_metric([str(status)], count)
    return family


def _streams(at: datetime) -> Iterator[GaugeMetricFamily]:
    """An event process that never lived has no age: alert on its absence."""
    now = events.summary(at=at)
    yield GaugeMetricFamily("baton_streams_open", "Event streams of open pages.", value=now["streams_open"])
    age = GaugeMetricFamily("baton_events_age_seconds", "Since an event process last looked after its streams.")
    if now["events_age_s"] is not None:
        age.add_metric([], now["events_age_s"])
    yield age


def _connections() -> GaugeMetricFamily:
    family = GaugeMetricFamily("baton_database_connections", "To our database, by state.", labels=["state"])
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT coalesce(state, 'other'), count(*) FROM pg_stat_activity"
            " WHERE datname = current_database() GROUP BY 1 ORDER BY 1"
        )
        for state, count in cursor.fetchall():
            family.add_metric([state], count)
    return family


def _age(moment: datetime | None, at: datetime) -> float:
    return max(0.0, (at - moment).total_seconds()) if moment else 0.0
