"""Choosing a time: the free ones, then what will happen if one of them is taken, then it happens."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from urllib.parse import urlencode

from allauth.core import ratelimit
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils.dateparse import parse_date

from handoff.client.choosing import choose
from handoff.client.presenting import presented_agent
from handoff.client.steps import BadStep, read_step, sign_step
from handoff.client.times import length_of, offered_slot, times_of
from handoff.client.visits import Visit, about, back, for_client, page_of, too_often
from handoff.client.wishes import keep_wish
from handoff.errors import AlreadyHandedOff, SlotTaken, TooLate, Unbookable
from handoff.forms import HoldForm, slot_value
from handoff.phrases import local_moment
from handoff.slots import HORIZON
from leads.stages import Refused

ACT = "choose"
GONE = "That time has just been taken. These are still free."


@for_client("GET", "HEAD", "POST")
def times(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Offer the free times. A time that is sent comes back as a question; the answer to that one changes something."""
    if not visit.standing.may_choose:
        return back(visit)
    if not ratelimit.consume(request, action="client_times", key=about(visit.handoff)):
        return too_often(request)
    if request.method != "POST":
        return _review(request, visit) if "step" in request.GET else _offer(request, visit)
    return _take(request, visit) if "step" in request.POST else _ask(request, visit)


def _offer(request: HttpRequest, visit: Visit, *, refusal: str = "", status: int = 200) -> HttpResponse:
    handoff, meeting, of_team = visit.handoff, visit.handoff.appointment, request.GET.get("team") == "1"
    picker = times_of(visit.standing, at=visit.at, day=_day(request, visit), of_team=of_team)
    context = {
        **visit.context(),
        "picker": picker,
        "of_team": of_team,
        "has_now": slot_value(handoff.agent, meeting.starts_at) if meeting and visit.standing.is_ahead else "",
        "agents": [(presented_agent(each.agent, token=visit.token), each) for each in picker.agents],
        "refusal": refusal,
        "at": visit.at,
    }
    return render(request, "handoff/client/times.html", context, status=status)


def _ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Lead on to the question whether that is right: a page of its own, so that going back sends nothing again."""
    form = HoldForm(request.POST, team=visit.handoff.team)
    if not form.is_valid():
        return _offer(request, visit, refusal="Please choose one of these times.", status=422)
    agent, starts_at = form.cleaned_data["slot"]
    if offered_slot(visit.standing, agent, starts_at, at=visit.at) is None:
        return _offer(request, visit, refusal=GONE, status=409)
    step = sign_step(visit.handoff, ACT, at=visit.at, slot=slot_value(agent, starts_at))
    return redirect(f"{request.path}?{urlencode({'step': step})}")


def _review(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what will happen. Nothing has until now."""
    handoff = visit.handoff
    try:
        step = read_step(request.GET["step"], handoff, ACT, at=visit.at)
    except BadStep:
        return back(visit, done="stale")
    form = HoldForm({"slot": step["slot"]}, team=handoff.team)
    if not form.is_valid():  # that agent has left meanwhile
        return _offer(request, visit, refusal=GONE, status=409)
    agent, starts_at = form.cleaned_data["slot"]
    context = {
        **visit.context(),
        "agent": presented_agent(agent, token=visit.token),
        "is_other_agent": agent.pk != handoff.agent_id,
        "minutes": length_of(handoff),
        "new_when": local_moment(starts_at, handoff.lead.zone),
        "step": request.GET["step"],
    }
    return render(request, "handoff/client/review.html", context)


def _take(request: HttpRequest, visit: Visit) -> HttpResponse:
    handoff = visit.handoff
    try:
        step = read_step(request.POST["step"], handoff, ACT, at=visit.at)
        form = HoldForm({"slot": step["slot"]}, team=handoff.team)
        if not form.is_valid():
            return _offer(request, visit, refusal=GONE, status=409)
        agent, starts_at = form.cleaned_data["slot"]
        now = choose(standing=visit.standing, agent=agent, starts_at=starts_at, seen=step["r"], at=visit.at)
    except (BadStep, TooLate, AlreadyHandedOff):
        return back(visit, done="stale")
    except (SlotTaken, Unbookable):
        return _offer(request, visit, refusal=GONE, status=409)
    except Refused as refusal:
        return _wish(visit, starts_at, str(refusal))
    if now.pk == handoff.pk:
        return back(visit, done="moved")
    return redirect(page_of(now, done="booked"))


def _wish(visit: Visit, starts_at: datetime, why: str) -> HttpResponse:
    """The gate is closed, or nobody may have this lead: nothing is lost, as a person hears of it."""
    wish = local_moment(starts_at, visit.handoff.lead.zone)
    keep_wish(handoff=visit.handoff, wish=wish, why=why, at=visit.at)
    return back(visit, done="asked")


def _day(request: HttpRequest, visit: Visit) -> date | None:
    """Return the day that is asked for; none for what is no day, is over, or lies beyond what can be booked."""
    try:
        day = parse_date(request.GET.get("day", ""))
    except ValueError:  # shaped like a date, and none
        return None
    return day if day and visit.at.date() - timedelta(days=1) <= day <= (visit.at + HORIZON).date() else None
