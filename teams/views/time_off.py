"""An agent's time off: noted, changed and taken back by the agent, or by a team lead for them."""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial

from django.contrib import messages
from django.http import HttpResponse, HttpResponseRedirect
from django.shortcuts import get_object_or_404, render, resolve_url
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST

from teams import time_off as verbs
from teams.access import any_member
from teams.forms.time_off import TimeOffForm
from teams.http import TeamRequest
from teams.models import Membership, TimeOff
from teams.views.people import draw_person, load_agent
from teams.zones import NoSuchTime


@require_POST
@any_member
def add_time_off(request: TeamRequest, pk: int) -> HttpResponse:
    """Note time off, by the agent's own clock."""
    member, form, at = load_agent(request, pk), TimeOffForm(request.POST), timezone.now()
    noted = _noted(form, partial(verbs.add_time_off, membership=member), at)
    if noted is None:
        return draw_person(request, member, status=422, time_off_form=form)
    return _back(request, member, "Time off noted", noted, at)


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def change_time_off(request: TeamRequest, pk: int, time_off_pk: int) -> HttpResponse:
    """Change time off that is not over."""
    member, at = load_agent(request, pk), timezone.now()
    time_off = get_object_or_404(verbs.ahead(member, at=at), pk=time_off_pk)
    form = TimeOffForm(request.POST) if request.method == "POST" else None
    if form and (changed := _noted(form, partial(verbs.change_time_off, time_off=time_off), at)):
        return _back(request, member, "Time off changed", changed, at)
    context = {
        "member": member,
        "is_self": member.pk == request.membership.pk,
        "time_off": time_off,
        "form": form or TimeOffForm.of(time_off, zone_name=member.user.zone),
    }
    return render(request, "teams/time_off.html", context, status=422 if form else 200)


@require_POST
@any_member
def remove_time_off(request: TeamRequest, pk: int, time_off_pk: int) -> HttpResponse:
    """Take time off back."""
    member, at = load_agent(request, pk), timezone.now()
    verbs.remove_time_off(time_off=get_object_or_404(verbs.ahead(member, at=at), pk=time_off_pk), at=at)
    messages.success(request, "Time off removed.")
    return _to_list(request, member)


def _noted(form: TimeOffForm, verb: Callable[..., TimeOff], at: datetime) -> TimeOff | None:
    """Return what the verb made of the form, or None once the form says why not."""
    if not form.is_valid():
        return None
    try:
        return verb(away=form.away(), note=form.cleaned_data["note"], at=at)
    except (NoSuchTime, verbs.TimeOffRefused) as refusal:
        form.add_error(None, str(refusal))
        return None


def _back(request: TeamRequest, member: Membership, done: str, noted: TimeOff, at: datetime) -> HttpResponse:
    """Return to the list, which shows what stands in the way; the message says that something does."""
    entries = verbs.entries(member, reader=request.membership, at=at)
    count = next((len(each.clashes) for each in entries if each.time_off.pk == noted.pk), 0)
    if count:
        stand = "1 appointment stands" if count == 1 else f"{count} appointments stand"
        messages.warning(request, f"{done}, but {stand} in it. Settle what is listed there.")
    else:
        messages.success(request, f"{done}." if noted.ends_at > at else f"{done}: it is over now.")
    return _to_list(request, member)


def _to_list(request: TeamRequest, member: Membership) -> HttpResponse:
    is_self = member.pk == request.membership.pk
    there = resolve_url("teams:profile") if is_self else resolve_url("teams:person", member.pk)
    return HttpResponseRedirect(f"{there}#time-off")
