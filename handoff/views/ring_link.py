"""A ring answered by the link of a text, a chat or a mail, without signing in: the brief, and two buttons under it."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods

from handoff.errors import BriefUnseen
from handoff.live.answering import accept, brief_mark, pass_on, why_ring_over
from handoff.live.links import NoRing, is_here, read_ring_link
from handoff.models import Ring
from handoff.models.transfers import AnsweredBy
from handoff.queries.gist import gist_line
from handoff.states import RingStatus, TransferStatus
from handoff.views.outcome import for_anyone_with_the_link
from handoff.words.pieces import brief_rows, cautions_in
from handoff.words.transfers import name_of
from leads.stages import Refused
from teams.people import Gone

FORGED = "This link is not complete. Open it from the message again, or sign in."
LEFT = "You are no longer in this team, so this ring is not for you."


# As with an outcome's link: no cookie gives any right here, the signed token is the whole authority.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone_with_the_link
def ring_link(request: HttpRequest, token: str) -> HttpResponse:
    """Show the brief while it rings; take an answer that says the brief's mark back. GET changes nothing.

    A press sends the mark along (``data-pressed``). Without it, as from scanners that post the forms they find and
    from browsers without scripts, the same page asks once more, and its form has the mark.
    """
    try:
        ring = read_ring_link(token)
    except NoRing:
        return _over(request, FORGED, status=404)
    if not is_here(ring.agent):
        return _over(request, LEFT, status=410)
    at, refusal, status = timezone.now(), "", 200
    if request.method == "POST":
        try:
            _answer(request, ring, at=at)
        except BriefUnseen as unseen:
            refusal, status = f"{unseen} Then press once more.", 422
        except (Refused, Gone) as late:
            return _over(request, str(late), status=409)
        else:
            return redirect("handoff:ring-link", token=token)  # whoever reloads sends nothing twice
    return _shown(request, ring, refusal=refusal, status=status, at=at)


def _answer(request: HttpRequest, ring: Ring, *, at: datetime) -> None:
    """Do what was pressed. Without the mark of the brief, as whoever presses blindly, nothing is accepted or passed."""
    mark, pressed = request.POST.get("brief", ""), request.POST.get("answer")
    if mark != brief_mark(ring.transfer) or pressed not in {"accept", "pass"}:
        raise BriefUnseen
    if pressed == "accept":
        accept(ring=ring, brief=mark, by=AnsweredBy.LINK, at=at)
    else:
        pass_on(ring=ring, by=AnsweredBy.LINK, at=at)


def _shown(request: HttpRequest, ring: Ring, *, refusal: str, status: int, at: datetime) -> HttpResponse:
    transfer = ring.transfer
    is_ringing = ring.status == RingStatus.RINGING and transfer.status == TransferStatus.RINGING and ring.ends_at > at
    is_mine = ring.status == RingStatus.ACCEPTED and transfer.status == TransferStatus.ACCEPTED
    if not is_ringing and not is_mine:
        is_talking = ring.status == RingStatus.ACCEPTED and transfer.status == TransferStatus.CONNECTED
        return _over(request, why_ring_over(ring), handoff_pk=transfer.handoff_id if is_talking else None)
    response = render(
        request,
        "handoff/ring_link.html",
        {
            "ring": ring,
            "team": transfer.team,
            "setter": transfer.setter.user,
            "is_mine": is_mine,
            "name": name_of(transfer),
            "phone": transfer.facts.get("lead", {}).get("phone", "") if is_mine else "",
            "gist": gist_line(transfer.facts),
            "cautions": cautions_in(transfer.facts),
            "rows": [row for row in brief_rows(transfer.facts) if row[0] != "Careful"],
            "notes": transfer.facts.get("notes", ()),
            "mark": brief_mark(transfer),
            "refusal": refusal,
            "is_unseen": bool(refusal),
            "at": at,
        },
        status=status,
    )
    if is_ringing:  # a page that is left open says by itself how it ended
        response["Refresh"] = str(max(1, round((ring.ends_at - at).total_seconds()) + 1))
    return response


def _over(request: HttpRequest, words: str, *, status: int = 410, handoff_pk: int | None = None) -> HttpResponse:
    context: dict[str, Any] = {"words": words, "handoff_pk": handoff_pk}
    return render(request, "handoff/ring_over.html", context, status=status)
