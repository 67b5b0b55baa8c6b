"""The first page of an empty installation: it makes the team and its team lead, and is gone for ever afterwards."""

from allauth.core import ratelimit
from django.conf import settings
from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.http import Http404, HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_http_methods

from teams.entering import sign_in
from teams.forms.people import FoundingForm
from teams.founding import AddressInUse, AlreadyFounded, Founder, found_first_team, is_founded
from teams.models import Membership
from teams.setup_code import is_needed, is_right


@never_cache
@login_not_required
@require_http_methods(["GET", "HEAD", "POST"])
def welcome(request: HttpRequest) -> HttpResponse:
    """Ask for team and team lead, and sign them in. With a team there, there is no such page."""
    if is_founded():
        if request.method == "POST":
            return _too_late(request, "This installation has its team already.")
        raise Http404
    needs_code = is_needed(settings.ALLOWED_HOSTS)
    form = FoundingForm(request.POST or None, needs_code=needs_code)
    if form.is_valid() and not (needs_code and _refuse_code(request, form)):
        try:
            return sign_in(request, _found(form))
        except AddressInUse as refusal:
            form.add_error("email", str(refusal))
        except AlreadyFounded as refusal:
            return _too_late(request, str(refusal))
    return render(request, "teams/welcome.html", {"form": form}, status=422 if form.errors else 200)


def _refuse_code(request: HttpRequest, form: FoundingForm) -> bool:
    """Say what is wrong with the code, if something is. 60 bits are not guessed; guessing is slowed besides."""
    if not ratelimit.consume(request, action="setup_code"):
        form.add_error("code", "Too many tries. Wait a minute.")
    elif not is_right(form.cleaned_data["code"], secret_key=settings.SECRET_KEY):
        form.add_error("code", "That is not the set-up code. It was printed where Baton was started.")
    return bool(form.errors)


def _found(form: FoundingForm) -> Membership:
    said = form.cleaned_data
    return found_first_team(
        name=said["team_name"],
        zone=said["zone"],
        country=said["country"],
        currency=said["currency"],
        founder=Founder(name=said["name"], email=said["email"], password=said["password"]),
    )


def _too_late(request: HttpRequest, words: str) -> HttpResponse:
    messages.error(request, words)
    return redirect("account_login")
