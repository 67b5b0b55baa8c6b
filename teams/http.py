"""The request as our views see it."""

from django.http import HttpRequest
from django_htmx.middleware import HtmxDetails

from teams.models import Membership, User


class TeamRequest(HttpRequest):
    """A request that acts in exactly one team. ``teams.access`` makes sure that there is one."""

    user: User  # never anonymous behind teams.access
    membership: Membership
    memberships: list[Membership]
    htmx: HtmxDetails
