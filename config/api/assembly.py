"""What the API does the same way at every address."""

from collections.abc import Callable
from functools import wraps
from typing import Any

import structlog
from django.contrib.auth.decorators import login_not_required
from django.core.exceptions import RequestDataTooBig
from django.core.signals import got_request_exception
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect
from django.urls import URLPattern, URLResolver, re_path
from django.views.decorators.csrf import csrf_exempt
from ninja import NinjaAPI
from ninja.openapi.schema import OpenAPISchema

from teams import idempotency
from teams.problems import CONTENT_TYPE, Problem, not_found, problem_response

View = Callable[..., HttpResponse]

log = structlog.get_logger(__name__)

TOO_LARGE = Problem(413, "too_large", "This is larger than a request may be (2.5 MB).")


class BatonAPI(NinjaAPI):
    """Ninja, with problems for every error, idempotency keys, and addresses that ask for a token, not for a login."""

    @property
    def urls(self) -> tuple[list[URLResolver | URLPattern], str, str]:
        """Every address, guarded; the last one answers for all that do not exist."""
        patterns, app_name, namespace = super().urls
        for pattern in patterns:
            if isinstance(pattern, URLPattern):
                pattern.callback = self._guarded(pattern)
        return [*patterns, re_path("^", _nothing_here)], app_name, namespace

    def _guarded(self, pattern: URLPattern) -> View:
        if pattern.name == "api-root":
            return login_not_required(lambda _request: redirect("api:openapi-view"))
        return login_not_required(with_problems(pattern.callback))

    def get_openapi_schema(self, **kwargs: Any) -> OpenAPISchema:
        """Say that errors are problems, and that POST takes an Idempotency-Key."""
        schema = super().get_openapi_schema(**kwargs)
        for operations in schema["paths"].values():
            for method, operation in operations.items():
                _describe_problems(operation)
                if method == "post":
                    operation.setdefault("parameters", []).append(_IDEMPOTENCY_KEY)
        return schema


@csrf_exempt
@login_not_required
def _nothing_here(_request: HttpRequest) -> HttpResponse:
    return problem_response(not_found())


_IDEMPOTENCY_KEY = {
    "in": "header",
    "name": idempotency.HEADER,
    "required": False,
    "schema": {"type": "string", "minLength": 1, "maxLength": 200, "pattern": "^[!-~]+$"},
    "description": "The same key again gets the same answer, and does nothing a second time. Kept for three days.",
}


def _describe_problems(operation: dict[str, Any]) -> None:
    for status, response in operation["responses"].items():
        content = response.get("content", {})
        if int(status) >= 400 and "application/json" in content:
            content[CONTENT_TYPE] = content.pop("application/json")


def with_problems(view: View) -> View:
    """Run a view once for its Idempotency-Key, and let no error leave as anything but a problem."""

    @wraps(view)
    def answering(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        try:
            response = idempotency.idempotent(request, lambda request: view(request, *args, **kwargs))
        except RequestDataTooBig:
            return problem_response(TOO_LARGE)
        except Exception as error:
            # The caller gets JSON; logs and error trackers get all of it, as for any other view.
            log.exception("api_failed", path=request.path, error=type(error).__name__)
            got_request_exception.send(sender=BatonAPI, request=request)
            return problem_response(Problem(500, "failed", "Something went wrong on our side; nothing was changed."))
        if response.status_code == 405:
            allowed = ", ".join(sorted(response.headers["Allow"].split(", ")))
            problem = Problem(405, "method", f"This address takes {allowed}.")
            return problem_response(problem, headers={"Allow": allowed})
        return response

    answering.csrf_exempt = True  # type: ignore[attr-defined]  # a token in a header is not sent by a forged form
    return answering
