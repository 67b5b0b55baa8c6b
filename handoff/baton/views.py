"""The board: what is open, what is wrong with it, and the two things that are done about it where it stands."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff import receipts
from handoff.baton import rows
from handoff.baton.board import CALM, own_handoffs
from handoff.baton.forms import BoardChoice, people_for
from handoff.unread import NotAsked, ask_to_read
from handoff.views.changes import handoff_of
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Role

#: What could be chosen where the board stood before, as risks; what was stuck comes first by itself.
WANTED = {"late": "overdue", "unread": "unread"}


@require_safe
@any_member
def baton(request: TeamRequest) -> HttpResponse:
    """Show the open handoffs by what may let them drop, to each their own. The choice lives in the address."""
    template = "handoff/baton/_board.html" if request.htmx else "handoff/baton/baton.html"
    shown = _shown(request)
    return render(request, template, shown, status=422 if shown["choice"].errors else 200)


@require_safe
@any_member
def old_board(request: TeamRequest) -> HttpResponse:
    """Lead on from where the board stood before, with what was chosen there."""
    chosen, here = request.GET.copy(), reverse("handoff:baton")
    if risk := WANTED.get(chosen.pop("want", [""])[-1]):
        chosen["risk"] = risk
    return redirect(f"{here}?{chosen.urlencode()}" if chosen else here, permanent=True)


@require_POST
@any_member
def retry(request: TeamRequest, pk: int, ref: str) -> HttpResponse:
    """Try a step again now."""
    handoff = handoff_of(request, pk)
    if receipts.retry(handoff=handoff, ref=ref, actor=request.membership, at=timezone.now()):
        return _answer(request, "Trying again now.")
    return _answer(request, "There was nothing to try again: that step has ended.", status=409)


@require_POST
@for_roles(Role.ISA, Role.LEAD)
def remind(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask the agent to read the brief."""
    handoff = handoff_of(request, pk)
    try:
        ask_to_read(handoff=handoff, actor=request.membership, at=timezone.now())
    except NotAsked as refusal:
        return _answer(request, str(refusal), status=409)
    return _answer(request, f"{handoff.agent.user.name} is reminded.")


def _shown(request: TeamRequest) -> dict[str, Any]:
    member, at = request.membership, timezone.now()
    isas, agents = people_for(member)
    choice = BoardChoice(request.GET, viewer=member, isas=isas, agents=agents)
    handoffs = choice.narrow(own_handoffs(member))
    board = rows.board(handoffs, viewer=member, at=at, risk=choice.risk_code, after=choice.place)
    here = reverse("handoff:baton")
    return {
        "board": board,
        "choice": choice,
        "counts": [(each, f"{here}?{choice.query(risk=each.risk.code)}") for each in board.counts],
        "everything_url": f"{here}?{choice.query(risk='')}",
        "calm_url": f"{here}?{choice.query(risk=CALM)}",
        "more_url": f"{here}?{choice.query_after(board.after)}" if board.after else "",
        "hanging": rows.hanging(member, at=at),
        "query": choice.query(),
        "zone": request.user.zone,
        "at": at,
    }


def _answer(request: TeamRequest, words: str, *, status: int = 200) -> HttpResponse:
    """Answer htmx with the board as it is now and what was done; a plain form with the page."""
    kind = "success" if status == 200 else "error"
    if request.htmx:
        context = _shown(request) | {"words": words, "kind": kind}
        # The board is drawn whatever the answer was: what is on the page was true a while ago
        return render(request, "handoff/baton/_answer.html", context)
    messages.add_message(request, messages.SUCCESS if status == 200 else messages.ERROR, words)
    return redirect(f"{reverse('handoff:baton')}?{request.GET.urlencode()}")
