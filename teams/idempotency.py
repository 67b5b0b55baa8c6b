"""``Idempotency-Key``: a program that did not hear our answer may ask again, and nothing happens twice.

The answer is kept in the transaction of its effect, so either both are there or neither. Only what succeeded is kept:
a refusal changed nothing, and the same request may well succeed once what was missing is there.
"""

import hashlib
import re
from collections.abc import Callable
from datetime import datetime, timedelta

from django.db import connection, transaction
from django.http import HttpRequest, HttpResponse
from django.utils import timezone

from teams.bearer import bearer
from teams.models import IdempotencyKey, Membership
from teams.problems import Problem, problem_response

HEADER = "Idempotency-Key"
REPLAYED = "Idempotent-Replayed"
KEPT_FOR = timedelta(days=3)
CLEARED_AT_ONCE = 20  # each new key takes a few old ones along, so that the table needs no caretaker
LOCK = 2_042  # the first number of our advisory locks; handoff.locks has 2041
SHAPE = re.compile(r"[\x21-\x7e]{1,200}")

Run = Callable[[HttpRequest], HttpResponse]


def idempotent(request: HttpRequest, run: Run) -> HttpResponse:
    """Run a request once for its key: a repeated one gets the first one's answer."""
    key = request.headers.get(HEADER)
    if request.method != "POST" or key is None or not bearer(request):
        return run(request)
    if not SHAPE.fullmatch(key):
        return problem_response(
            Problem(400, "idempotency_key", "An Idempotency-Key has 1 to 200 printable ASCII characters, no spaces.")
        )
    membership: Membership = request.membership  # type: ignore[attr-defined]
    with transaction.atomic():
        if not _is_our_turn(membership, key):
            problem = Problem(409, "in_flight", "The same Idempotency-Key is being worked on. Ask again in a moment.")
            return problem_response(problem, headers={"Retry-After": "1"})
        fingerprint = _fingerprint(request)
        kept = IdempotencyKey.objects.filter(membership=membership, key=key).first()
        if kept:
            return _again(kept, fingerprint)
        response = run(request)
        if response.status_code >= 400:
            transaction.set_rollback(True)
        else:
            _keep(response, membership=membership, key=key, fingerprint=fingerprint, at=timezone.now())
    return response


def _is_our_turn(membership: Membership, key: str) -> bool:
    """Take the key's lock until the transaction ends; False while another request has it."""
    number = int.from_bytes(hashlib.sha256(f"{membership.pk}|{key}".encode()).digest()[:4], signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_xact_lock(%s, %s)", [LOCK, number])
        return bool(cursor.fetchone()[0])


def _fingerprint(request: HttpRequest) -> str:
    digest = hashlib.sha256(request.get_full_path().encode("utf-8", "surrogatepass"))
    digest.update(b"\n")
    digest.update(request.body)
    return digest.hexdigest()


def _again(kept: IdempotencyKey, fingerprint: str) -> HttpResponse:
    if kept.fingerprint != fingerprint:
        return problem_response(
            Problem(422, "idempotency_key_reused", "This Idempotency-Key was used for another request before.")
        )
    return HttpResponse(
        kept.body, status=kept.status, content_type="application/json; charset=utf-8", headers={REPLAYED: "true"}
    )


def _keep(response: HttpResponse, *, membership: Membership, key: str, fingerprint: str, at: datetime) -> None:
    IdempotencyKey.objects.create(
        membership=membership,
        key=key,
        fingerprint=fingerprint,
        status=response.status_code,
        body=response.content.decode(),
        created_at=at,
    )
    old = IdempotencyKey.objects.filter(created_at__lt=at - KEPT_FOR).order_by("created_at")[:CLEARED_AT_ONCE]
    IdempotencyKey.objects.filter(pk__in=old.select_for_update(skip_locked=True).values("pk")).delete()
