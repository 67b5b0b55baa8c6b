"""What the API answers when it cannot do what was asked (RFC 9457, problem+json)."""

from http import HTTPStatus
from typing import Any

from django.core.serializers.json import DjangoJSONEncoder
from django.http import HttpResponse, JsonResponse

CONTENT_TYPE = "application/problem+json"


class Problem(Exception):
    """A refusal that the API words itself; what verbs refuse is turned into one in ``config.api``.

    ``code`` is for programs and never changes; ``detail`` is a sentence for people; ``more`` is what helps them on.
    """

    def __init__(self, status: int, code: str, detail: str, **more: Any) -> None:
        super().__init__(detail)
        self.status, self.code, self.detail, self.more = status, code, detail, more


def not_found() -> Problem:
    """What does not exist and what belongs to others look the same."""
    return Problem(404, "not_found", "There is nothing here that you may see.")


def invalid(errors: dict[str, list[str]]) -> Problem:
    """Some fields cannot be taken; ``errors`` says why, field by field."""
    words = "; ".join(f"{name}: {' '.join(said)}" for name, said in errors.items())
    return Problem(422, "invalid", words, errors=errors)


def problem_response(problem: Problem, *, headers: dict[str, str] | None = None) -> HttpResponse:
    """Return the problem as it goes over the wire."""
    body = {
        "type": f"urn:baton:problem:{problem.code}",
        "title": HTTPStatus(problem.status).phrase,
        "status": problem.status,
        "code": problem.code,
        "detail": problem.detail,
        **problem.more,
    }
    return JsonResponse(
        body, encoder=DjangoJSONEncoder, status=problem.status, content_type=CONTENT_TYPE, headers=headers
    )
