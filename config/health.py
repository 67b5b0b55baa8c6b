"""Two questions that machines ask: is this process alive, and can it do its work?"""

import redis
from django.conf import settings
from django.contrib.auth.decorators import login_not_required
from django.db import Error
from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from notifications.events import pulse as events
from notifications.promises import health as promises

BROKER_PATIENCE = 0.2  # seconds


@login_not_required
@require_safe
@never_cache
def healthz(request: HttpRequest) -> HttpResponse:  # noqa: ARG001
    """Alive: it answers, and asks nobody else."""
    return HttpResponse("ok", content_type="text/plain")


@login_not_required
@require_safe
@never_cache
def readyz(request: HttpRequest) -> JsonResponse:  # noqa: ARG001
    """Ready: 200 while the database answers. A broker that is down only delays deliveries: told, not fatal."""
    try:
        at = timezone.now()
        owed, streams = promises.summary(at=at), events.summary(at=at)
    except Error:
        return JsonResponse({"database": "down"}, status=503)
    return JsonResponse({"database": "ok", "broker": _broker(), **owed, **streams})


def _broker() -> str:
    patience = {"socket_timeout": BROKER_PATIENCE, "socket_connect_timeout": BROKER_PATIENCE, "retry": None}
    client = redis.Redis.from_url(settings.REDIS_URL, **patience)
    try:
        client.ping()
    except redis.RedisError:
        return "down"
    finally:
        client.close()
    return "ok"
