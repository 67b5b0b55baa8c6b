"""Where a person lands, and in which team."""

from django.http import Http404, HttpResponse
from django.shortcuts import redirect
from django.views.decorators.http import require_POST, require_safe

from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.middleware import CURRENT
from teams.models import Role

#: Where everybody's work begins.
LANDING = "handoff:day"


@require_safe
@any_member
def home(_request: TeamRequest) -> HttpResponse:
    """Send everybody to the page their work begins on."""
    return redirect(LANDING)


@require_POST
@for_roles(*Role, before_second_factor=True)
def switch(request: TeamRequest) -> HttpResponse:
    """Act in another of one's teams from now on."""
    wanted = request.POST.get("membership", "")
    chosen = next((each for each in request.memberships if str(each.pk) == wanted), None)
    if chosen is None:
        raise Http404
    request.session[CURRENT] = chosen.pk
    return redirect("teams:home")
