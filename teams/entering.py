"""Signing a person in who has just proved who they are: by founding the team, or by the link of an invitation."""

from allauth.account.utils import perform_login
from django.http import HttpRequest, HttpResponse

from teams.middleware import CURRENT
from teams.models import Membership


def sign_in(request: HttpRequest, place: Membership) -> HttpResponse:
    """Sign the person in, in this place; a second factor they have is asked for first. Returns where to go."""
    answer: HttpResponse = perform_login(request, place.user, redirect_url="/")
    request.session[CURRENT] = place.pk
    return answer
