"""Who may open a view. Every view of the product carries one of these, and a test walks the addresses to see it.

Objects are another matter: a view loads them through ``visible_to(membership)``, and a stranger gets a 404.
"""

from collections.abc import Callable
from functools import wraps
from typing import Concatenate, ParamSpec, cast

from django.http import HttpRequest
from django.http.response import HttpResponseBase
from django.shortcuts import redirect, render
from django.urls import reverse
from django_htmx.http import HttpResponseClientRedirect

from teams.http import TeamRequest
from teams.models import Role
from teams.second_factor import is_owed

P = ParamSpec("P")
MemberView = Callable[Concatenate[TeamRequest, P], HttpResponseBase]
View = Callable[Concatenate[HttpRequest, P], HttpResponseBase]


def for_roles(*roles: Role, before_second_factor: bool = False) -> Callable[[MemberView[P]], View[P]]:
    """Open a view to members with one of these roles; others are told which role it takes.

    Whoever owes their team a second factor is led to set it up first, but where ``before_second_factor`` says so.
    """

    def decorate(view: MemberView[P]) -> View[P]:
        @wraps(view)
        def guarded(request: HttpRequest, /, *args: P.args, **kwargs: P.kwargs) -> HttpResponseBase:
            membership = getattr(request, "membership", None)
            if membership is None:
                return render(request, "teams/no_team.html", status=403)
            if membership.role not in roles:
                needed = " or ".join(role.label for role in roles)
                return render(request, "teams/other_role.html", {"needed": needed}, status=403)
            if not before_second_factor and is_owed(membership):
                return _set_it_up_first(request)
            return view(cast("TeamRequest", request), *args, **kwargs)

        guarded.roles = roles  # type: ignore[attr-defined]  # read by the test that walks the addresses
        return guarded

    return decorate


def _set_it_up_first(request: HttpRequest) -> HttpResponseBase:
    """Lead to the page that sets up a second factor; a part of a page that was asked for takes the whole page there."""
    is_part = bool(getattr(request, "htmx", False))
    return HttpResponseClientRedirect(reverse("mfa_index")) if is_part else redirect("mfa_index")


def any_member(view: MemberView[P]) -> View[P]:
    """Open a view to every member of a team."""
    return for_roles(*Role)(view)
