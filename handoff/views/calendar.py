"""An agent's own calendar: the week, the calendars that Baton reads, and for team leads how these are doing."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.utils.dateparse import parse_date
from django.views.decorators.http import require_POST, require_safe

from handoff.busy import feeds
from handoff.filters import FURTHEST
from handoff.forms import FeedForm
from handoff.models import BusyFeed
from handoff.queries.own_calendar import WEEK, agents_with_feeds, feeds_of, week_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.zones import zone


@require_safe
@for_roles(Role.AGENT)
def calendar(request: TeamRequest) -> HttpResponse:
    """Show the week as ISAs can book it, and one's own calendars."""
    return _page(request, FeedForm())


def _page(request: TeamRequest, form: FeedForm, *, status: int = 200) -> HttpResponse:
    at = timezone.now()
    today = at.astimezone(zone(request.user.zone)).date()
    first = _first_day(request.GET.get("from", ""), today)
    context: dict[str, Any] = {
        "days": week_of(request.membership, first=first, at=at),
        "first": first,
        "earlier": first - timedelta(days=WEEK) if first > today else None,
        "later": first + timedelta(days=WEEK),
        "form": form,
    }
    return render(request, "handoff/calendar.html", context | _feeds(request), status=status)


def _first_day(said: str, today: date) -> date:
    """Return the day the week begins with: today, unless another one within a year is asked for."""
    try:
        day = parse_date(said) or today
    except ValueError:
        return today
    return day if abs(day - today) <= FURTHEST else today


def _feeds(request: TeamRequest) -> dict[str, Any]:
    at = timezone.now()
    shown = [(feed, feed.is_stale(at=at), feed.next_at <= at) for feed in feeds_of(request.membership, at=at)]
    is_reading = any(is_due for _, _, is_due in shown)
    return {"feeds": shown, "is_reading": is_reading, "zone": request.user.zone, "at": at}


@require_safe
@for_roles(Role.AGENT)
def calendar_feeds(request: TeamRequest) -> HttpResponse:
    """Show how one's calendars are doing: asked for again and again while one is being read."""
    return render(request, "handoff/_feeds.html", _feeds(request))


@require_POST
@for_roles(Role.AGENT)
def add_feed(request: TeamRequest) -> HttpResponse:
    """Take a calendar's secret address."""
    form = FeedForm(request.POST)
    if form.is_valid():
        try:
            feed = feeds.add_feed(person=request.user, address=form.cleaned_data["address"], at=timezone.now())
        except feeds.FeedRefused as refusal:
            form.add_error("address", str(refusal))
        else:
            messages.success(request, f"{feed.name} is added, and is being read now.")
            return redirect("handoff:calendar")
    return _page(request, form.without_address(), status=422)


@require_POST
@for_roles(Role.AGENT)
def read_feed(request: TeamRequest, pk: int) -> HttpResponse:
    """Read a calendar now."""
    feeds.read_now(feed=_feed(request, pk), at=timezone.now())
    if request.htmx:
        return render(request, "handoff/_feeds.html", _feeds(request))
    return redirect("handoff:calendar")


@require_POST
@for_roles(Role.AGENT)
def remove_feed(request: TeamRequest, pk: int) -> HttpResponse:
    """Forget a calendar."""
    feed = _feed(request, pk)
    feeds.remove_feed(feed=feed, at=timezone.now())
    messages.success(request, f"{feed.name} is removed, and its busy times with it.")
    return redirect("handoff:calendar")


def _feed(request: TeamRequest, pk: int) -> BusyFeed:
    return get_object_or_404(BusyFeed.objects.visible_to(request.membership), pk=pk)


@require_safe
@for_roles(Role.LEAD)
def team_calendars(request: TeamRequest) -> HttpResponse:
    """Show a team lead whose calendars are read, and whose are not; the people page asks for it."""
    at = timezone.now()
    agents = [
        (agent, [(feed, feed.is_stale(at=at)) for feed in feeds_of_agent])
        for agent, feeds_of_agent in agents_with_feeds(request.membership)
    ]
    return render(request, "handoff/_team_calendars.html", {"agents": agents, "zone": request.user.zone})
