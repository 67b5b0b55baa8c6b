"""The client's page of their appointment: who, when and how, on their own clock, as it is now."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, render

from handoff import confirming, words
from handoff.client.presenting import calendar_links, presented_agent
from handoff.client.steps import BadStep, read_step, sign_step
from handoff.client.visits import Visit, back, for_client, no_good
from handoff.errors import TooLate
from notifications.invites import render_ics
from notifications.models.deliveries import Audience
from teams.agents import working_agents
from teams.views.photos import answer_with_photo

CONFIRM = "confirm"
#: What was just done, by the word in the address; anything else in it says nothing.
DONE = {
    "confirmed": "Thank you. {agent} is looking forward to it.",
    "moved": "Done: your new time is set, and everybody is told.",
    "booked": "Done: your new time is set, and the invite is on its way.",
    "cancelled": "Your appointment is cancelled, and everybody is told.",
    "asked": "Thank you. {isa} is told, and will call you.",
    "stale": "That is done already, or it has changed meanwhile. This is how it stands now.",
}


@for_client("GET", "HEAD")
def appointment(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show it. GET alone: whoever scans a mail and opens its link changes nothing."""
    handoff, done = visit.handoff, request.GET.get("done", "")
    said = DONE.get(done, "")
    context = {
        **visit.context(),
        "stand": visit.standing.stand,
        "facts": words.client_facts(handoff)[1:],  # when it is stands above them, large
        "answer": handoff.appointment.client_answer if handoff.appointment else "",
        "agent": presented_agent(handoff.agent, token=visit.token),
        "calendars": calendar_links(handoff) if visit.standing.is_ahead else (),
        "step": _confirm_step(visit) if visit.standing.is_ahead else "",
        "done": said.format(agent=handoff.agent.user.first_name, isa=handoff.setter.user.first_name),
        "is_stale": done == "stale",
    }
    return render(request, "handoff/client/appointment.html", context)


@for_client("POST")
def confirm(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Note that they will be there, by one press of theirs: it sends the step that the page keeps beside the form.

    Whoever posts the form without pressing, as scanners do and browsers without scripts, is asked first.
    """
    try:
        read_step(request.POST.get("step", ""), visit.handoff, CONFIRM, at=visit.at)
        confirming.confirm(handoff=visit.handoff, actor=None, at=visit.at)
    except BadStep:
        if not visit.standing.is_ahead:
            return back(visit, done="stale")
        return render(request, "handoff/client/confirm.html", {**visit.context(), "step": _confirm_step(visit)})
    except TooLate:
        return back(visit, done="stale")
    return back(visit, done="confirmed")


def _confirm_step(visit: Visit) -> str:
    return sign_step(visit.handoff, CONFIRM, at=visit.at)


@for_client("GET", "HEAD", is_kept=True)
def photo(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The photo of the client's agent, or of another one (``?agent=``) of those whom the team offers."""
    asked = request.GET.get("agent", "")
    pk = int(asked) if asked.isascii() and asked.isdigit() and len(asked) < 18 else visit.handoff.agent_id
    is_theirs = pk == visit.handoff.agent_id
    shown = visit.handoff.agent if is_theirs else get_object_or_404(working_agents(visit.handoff.team), pk=pk)
    return answer_with_photo(request, shown)


@for_client("GET", "HEAD")
def calendar_file(request: HttpRequest, visit: Visit) -> HttpResponse:
    """The appointment for the client's calendar: to be kept, with nobody to answer (RFC 5546, 3.2.1)."""
    if not visit.standing.is_ahead:
        return no_good(request, is_old=True)
    handoff = visit.handoff
    invite = words.invite_for(handoff, audience=Audience.CLIENT, method="PUBLISH", attendees=(), at=handoff.opened_at)
    headers = {"Content-Disposition": 'attachment; filename="appointment.ics"'}
    return HttpResponse(render_ics(invite), content_type="text/calendar; charset=utf-8", headers=headers)
