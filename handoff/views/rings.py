"""An agent's side of live transfers: the ring on every page, its buttons, and a page for each transfer.

From the console (htmx) the answer is the console as it is then; from a page without scripts, the transfer's page.
"""

from __future__ import annotations

import json
from collections.abc import Callable
from datetime import datetime

from django.http import HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.errors import BriefUnseen
from handoff.forms import AgentDropForm, PassForm
from handoff.live.answering import accept, note_shown, pass_on
from handoff.live.connecting import connect, drop
from handoff.live.console import Console, Sight, console_of, ring_to_show, sight_of
from handoff.live.talking import free_again
from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.queries.course import course_of, for_course
from handoff.states import RingStatus
from handoff.words import transfers as words
from leads.stages import Refused
from leads.states import Via
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role
from teams.people import Gone
from teams.presence import standing_of


@require_safe
@for_roles(Role.AGENT)
def ring(request: TeamRequest) -> HttpResponse:
    """Answer an open page that asks what there is to see; nothing (204) if it shows that already."""
    at, seen = timezone.now(), request.GET.get("seen", "")
    is_page = bool(request.GET.get("page"))
    console = console_of(request.membership, seen=seen, at=at, keeps_passed=is_page)
    context = _context(request, console, at, is_page=is_page)
    if context["console_key"] == seen and context["asks"] == bool(request.GET.get("asks")):
        return HttpResponse(status=204)
    return _with_news(render(request, "handoff/live/_console.html", context), console)


@require_safe
@any_member
def transfer(request: TeamRequest, pk: int) -> HttpResponse:
    """Show an agent their ring of it; others the lead it is about, and once it is over how it went."""
    member, at = request.membership, timezone.now()
    found = get_object_or_404(for_course(LiveTransfer.objects.visible_to(member)), pk=pk)
    course = None if found.is_under_way else course_of(found, viewer=member)
    if not member.is_agent:
        shown = {"course": course, "transfer": found, "zone": member.user.zone}
        return render(request, "handoff/live/course.html", shown) if course else redirect(found.lead)
    mine = ring_to_show(found, agent=member)
    console = console_of(member, seen=f"{mine.pk}-" if mine else "", at=at, keeps_passed=True)
    context = {**_context(request, console, at, is_page=True), "course": course}
    return render(request, "handoff/live/transfer.html", context)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.AGENT)
def talking(request: TeamRequest) -> HttpResponse:
    """Say for how long nobody rings who talks to a client already; a press says that they have hung up."""
    if request.method == "POST":
        free_again(agent=request.membership, at=timezone.now())
    if not request.htmx:
        return redirect("teams:on-call")
    return render(request, "handoff/live/_talking.html")


@require_POST
@for_roles(Role.AGENT)
def shown(request: TeamRequest, pk: int) -> HttpResponse:
    """Note that the ring, with the brief, is before the agent."""
    note_shown(ring=_ring(request, pk), at=timezone.now())
    return HttpResponse(status=204)


@require_POST
@for_roles(Role.AGENT)
def accept_ring(request: TeamRequest, pk: int) -> HttpResponse:
    """Take the client. The form carries the mark of the brief that stands above its button."""

    def take(mine: Ring, at: datetime) -> None:
        accept(ring=mine, brief=request.POST.get("brief", ""), by=AnsweredBy.CONSOLE, at=at)

    return _answer(request, pk, take)


@require_POST
@for_roles(Role.AGENT)
def pass_ring(request: TeamRequest, pk: int) -> HttpResponse:
    """Let the next agent be rung."""
    form = PassForm(request.POST)

    def let_go(mine: Ring, at: datetime) -> None:
        pass_on(ring=mine, **form.cleaned_data, by=AnsweredBy.CONSOLE, at=at)

    return _answer(request, pk, let_go if form.is_valid() else None)


@require_POST
@for_roles(Role.AGENT)
def connect_ring(request: TeamRequest, pk: int) -> HttpResponse:
    """Say that the client is on the line."""

    def say(mine: Ring, at: datetime) -> None:
        connect(transfer=mine.transfer, actor=request.membership, via=Via.PAGE, at=at)

    return _answer(request, pk, say)


@require_POST
@for_roles(Role.AGENT)
def drop_ring(request: TeamRequest, pk: int) -> HttpResponse:
    """Say why it did not happen."""
    form = AgentDropForm(request.POST)

    def say(mine: Ring, at: datetime) -> None:
        drop(transfer=mine.transfer, actor=request.membership, **form.cleaned_data, at=at)

    return _answer(request, pk, say if form.is_valid() else None)


def _ring(request: TeamRequest, pk: int) -> Ring:
    mine = Ring.objects.visible_to(request.membership)
    return get_object_or_404(mine.select_related("agent__user", "transfer__lead"), pk=pk)


def _answer(request: TeamRequest, pk: int, press: Callable[[Ring, datetime], None] | None) -> HttpResponse:
    """Do what was pressed and show how the ring stands by then, with the words of a refusal."""
    mine, at = _ring(request, pk), timezone.now()
    refusal, status = "", 200
    if press is None:
        refusal, status = "Choose a reason.", 422
    else:
        try:
            press(mine, at)
        except BriefUnseen as unseen:
            refusal, status = str(unseen), 422
        except Refused as late:
            refusal, status = str(late), 409
        except Gone:
            refusal, status = "You have left this team.", 409
    if not request.htmx and not refusal:
        return redirect("handoff:transfer", pk=mine.transfer_id)
    stands = Ring.objects.select_related("transfer__setter__user", "transfer__agent__user").get(pk=pk)
    is_page = not request.htmx or bool(request.POST.get("page"))
    is_put_away = stands.status == RingStatus.PASSED and not refusal and not is_page
    console = console_of(request.membership, seen="", at=at) if is_put_away else sight_of(stands, at=at)
    context = _context(request, console, at, refusal=refusal, is_page=is_page)
    template = "handoff/live/_console.html" if request.htmx else "handoff/live/transfer.html"
    response = render(request, template, context, status=status)
    return _with_news(response, console, passed=words.passed_on(stands.transfer) if is_put_away else "")


def _with_news(response: HttpResponse, console: Console, *, passed: str = "") -> HttpResponse:
    """Have the page's other parts hear of it; after the swap, as by then a push may have redrawn what was pressed."""
    news = {"passed-on": passed} if passed else {}
    if console.sight == Sight.CONNECTED:
        news["talk-began"] = ""
    if news:
        response["HX-Trigger-After-Swap"] = json.dumps(news)
    return response


def _context(
    request: TeamRequest, console: Console, at: datetime, *, refusal: str = "", is_page: bool = False
) -> dict[str, object]:
    standing = standing_of(request.membership, at=at) if console.sight in (Sight.NOTHING, Sight.OVER) else None
    return {
        **({"standing": standing} if standing else {}),
        "console": console,
        # What comes next depends on whether they are still on call
        "console_key": f"{console.key}-{standing.key}" if standing and console.ring else console.key,
        "transfer": console.transfer,
        "told": console.told,
        "at": at,
        "zone": request.user.zone,
        "refusal": refusal,
        "is_page": is_page,
        "asks": console.sight != Sight.NOTHING or bool(standing and standing.is_on_call),
        "pass_reasons": PassForm.REASONS,
        "drop_reasons": AgentDropForm.REASONS,
    }
