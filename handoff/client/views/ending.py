"""Cancelling, with a reason and a second look; and asking for a call where no page helps."""

from __future__ import annotations

from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render

from handoff import appointments
from handoff.client.forms import CancelForm, WishForm
from handoff.client.standing import Stand
from handoff.client.steps import BadStep, read_step, sign_step
from handoff.client.visits import Visit, back, for_client
from handoff.client.wishes import ask_for_call
from handoff.errors import TooLate

ACT = "cancel"


@for_client("GET", "HEAD", "POST")
def cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Ask why, show what will happen, and do it once the client says yes to that."""
    if not visit.standing.is_ahead:
        return back(visit, done="stale" if request.method == "POST" else "")
    if request.method == "POST":
        return _cancel(request, visit) if "step" in request.POST else _ask(request, visit)
    if "step" in request.GET:
        return _review(request, visit)
    return render(request, "handoff/client/cancel.html", {**visit.context(), "form": CancelForm()})


def _ask(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Lead on to the question whether they are sure: a page of its own, so that going back sends nothing again."""
    form = CancelForm(request.POST)
    if not form.is_valid():
        return render(request, "handoff/client/cancel.html", {**visit.context(), "form": form}, status=422)
    step = sign_step(visit.handoff, ACT, at=visit.at, why=form.words)
    return redirect(f"{request.path}?{urlencode({'step': step})}")


def _review(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Show what will happen. Nothing has until now."""
    try:
        step = read_step(request.GET["step"], visit.handoff, ACT, at=visit.at)
    except BadStep:
        return back(visit, done="stale")
    context = {**visit.context(), "words": step["why"], "step": request.GET["step"]}
    return render(request, "handoff/client/cancel.html", context)


def _cancel(request: HttpRequest, visit: Visit) -> HttpResponse:
    handoff = visit.handoff
    if handoff.appointment is None:
        return back(visit)
    try:
        step = read_step(request.POST["step"], handoff, ACT, at=visit.at)
        appointments.cancel(
            appointment=handoff.appointment,
            reason=step["why"],
            actor=None,
            at=visit.at,
            by_client=True,
            seen=step["r"],
        )
    except (BadStep, TooLate):
        return back(visit, done="stale")
    return back(visit, done="cancelled")


@for_client("GET", "HEAD", "POST")
def call(request: HttpRequest, visit: Visit) -> HttpResponse:
    """Let them ask for a call, while there is still something to be arranged."""
    if visit.standing.stand in {Stand.OVER, Stand.BEGUN, Stand.CALLING}:
        return back(visit)
    form = WishForm(request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        ask_for_call(handoff=visit.handoff, wish=form.cleaned_data["wish"], at=visit.at)
        return back(visit, done="asked")
    status = 422 if request.method == "POST" else 200
    return render(request, "handoff/client/call.html", {**visit.context(), "form": form}, status=status)
