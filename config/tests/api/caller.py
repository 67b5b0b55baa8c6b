"""A program that calls the API with a member's token, as one outside would."""

from __future__ import annotations

import json
from collections.abc import Iterable
from typing import Any

from django.http import HttpResponse
from django.test import Client
from django.utils import timezone

from teams.models import Membership, Scope
from teams.tokens import create_token

ROOT = "/api/v1"


class Caller:
    """Speaks JSON to the API for one member."""

    def __init__(self, member: Membership, scopes: Iterable[Scope] = Scope) -> None:
        _, self.token = create_token(membership=member, scopes=scopes, name="Test", at=timezone.now())
        self.client = Client(enforce_csrf_checks=True, raise_request_exception=False)

    def call(self, method: str, path: str, body: Any = None, *, key: str = "", **extra: Any) -> Any:
        """Send a request; ``path`` begins after /api/v1."""
        headers = {"Authorization": f"Bearer {self.token}", **extra.pop("headers", {})}
        if key:
            headers["Idempotency-Key"] = key
        data = body if isinstance(body, str | bytes) else json.dumps(body) if body is not None else ""
        return self.client.generic(
            method, f"{ROOT}{path}", data, content_type="application/json", headers=headers, **extra
        )

    def get(self, path: str, **extra: Any) -> Any:
        return self.call("GET", path, **extra)

    def post(self, path: str, body: Any = None, **extra: Any) -> Any:
        return self.call("POST", path, body if body is not None else {}, **extra)

    def put(self, path: str, body: Any, **extra: Any) -> Any:
        return self.call("PUT", path, body, **extra)

    def patch(self, path: str, body: Any, **extra: Any) -> Any:
        return self.call("PATCH", path, body, **extra)

    def delete(self, path: str, **extra: Any) -> Any:
        return self.call("DELETE", path, **extra)


def problem(answer: HttpResponse, status: int, code: str) -> Any:
    """The body of an answer that has to be this problem."""
    assert answer.status_code == status, answer.content.decode()
    assert answer.headers["Content-Type"] == "application/problem+json"
    body = json.loads(answer.content)
    assert body["code"] == code, body
    assert body["status"] == status
    assert body["type"]
    assert body["title"]
    assert body["detail"]
    return body
