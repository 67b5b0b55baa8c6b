"""The receipt of each step: watched while it happens, and tried again by hand."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_POST, require_safe

from handoff import receipts as steps
from handoff import replays
from handoff.models import Handoff
from handoff.queries.receipts import receipts_context
from handoff.views.changes import handoff_of
from notifications.promises.owed import Owed, State
from teams.access import any_member
from teams.http import TeamRequest


@require_safe
@any_member
def receipts(request: TeamRequest, pk: int) -> HttpResponse:
    """Answer the list of receipts alone: the panel and the brief ask every second until all have ended."""
    context = receipts_context(handoff_of(request, pk), at=timezone.now())
    response = render(request, "_receipts.html", context)
    if not context["live"]:
        # The last look: the owner has changed by now, and the top of the lead's page shows whose the lead is.
        response["HX-Trigger"] = "handoff-changed"
    return response


@require_POST
@any_member
def retry(request: TeamRequest, pk: int, ref: str) -> HttpResponse:
    """Try a failed step again now: the same message, with the same identifiers."""
    handoff, at = handoff_of(request, pk), timezone.now()
    is_tried = steps.retry(handoff=handoff, ref=ref, actor=request.membership, at=at)
    if request.htmx:
        return render(request, "_receipts.html", receipts_context(handoff, at=at))
    if is_tried:
        messages.success(request, "Trying again now.")
    else:
        messages.info(request, "There was nothing to try again: that step has ended.")
    if request.POST.get("next") == "receipt":
        return redirect("handoff:receipt", pk, ref)
    return redirect("handoff:brief", pk)


@require_safe
@any_member
def receipt(request: TeamRequest, pk: int, ref: str) -> HttpResponse:
    """Show one step with all its attempts, and what can be done about it."""
    handoff = handoff_of(request, pk)
    story = replays.story_of(handoff, _step(handoff, ref), at=timezone.now())
    context = {"handoff": handoff, "story": story, "state_words": State(story.receipt.state).label}
    return render(request, "handoff/receipt.html", context)


@require_POST
@any_member
def send_again(request: TeamRequest, pk: int, ref: str) -> HttpResponse:
    """Send a mail that has gone out once more, with the same identifiers."""
    handoff = handoff_of(request, pk)
    try:
        replays.send_again(handoff=handoff, step=_step(handoff, ref), actor=request.membership, at=timezone.now())
    except replays.NotSentAgain as refusal:
        messages.error(request, str(refusal))
    else:
        messages.success(request, "Sending it again now.")
    return redirect("handoff:receipt", pk, ref)


def _step(handoff: Handoff, ref: str) -> Owed:
    step = replays.find_step(handoff, ref)
    if step is None:
        raise Http404
    return step
