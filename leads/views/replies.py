"""How the lead page's small forms answer: the block that changed, the head when it changed, or why not."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.forms import Form
from django.http import HttpResponse
from django.shortcuts import redirect
from django.template.loader import render_to_string

from leads.models import Lead
from leads.queries.lead_page import leads_for, next_stages
from teams.http import TeamRequest

#: Tells the handoff panel and the timeline to look again.
SAVED = "lead-saved"


def answered(
    request: TeamRequest,
    lead: Lead,
    template: str = "",
    context: dict[str, Any] | None = None,
    *,
    words: str = "",
    with_head: bool = True,
    focused: str = "",
    undo: str = "",
) -> HttpResponse:
    """Answer htmx with the block (if any), the page's head and a toast; a plain form with the page itself.

    ``focused`` names the menu of the head that was used: its items are gone, so the focus returns to its button.
    ``undo`` is where the toast takes it back.
    """
    if not request.htmx:
        if words:
            messages.success(request, words)
        return redirect(lead)
    parts: list[str] = [render_to_string(template, context, request)] if template else []
    if with_head:
        parts.append(_head(request, lead, focused))
    if words:
        parts.append(_toast(words, "success", undo))
    answer = HttpResponse("".join(parts))
    answer["HX-Trigger"] = SAVED
    return answer


def refused(request: TeamRequest, lead: Lead, words: str, *, status: int = 422) -> HttpResponse:
    """Say why not. What was typed stays where it is: only the toast is new."""
    if not request.htmx:
        messages.error(request, words)
        return redirect(lead)
    answer = HttpResponse(_toast(words, "error"), status=status)
    answer["HX-Reswap"] = "none"
    return answer


def reloaded(request: TeamRequest, lead: Lead) -> Lead:
    """The lead as it is after a change, with all that its blocks show."""
    return leads_for(request.membership).get(pk=lead.pk)


def first_error(form: Form) -> str:
    """What is wrong with a small form, in one sentence."""
    return next((str(words[0]) for words in form.errors.values()), "That cannot be kept.")


def _head(request: TeamRequest, lead: Lead, focused: str) -> str:
    context = {"lead": lead, "stages": next_stages(lead), "is_oob": True, "focused": focused}
    return render_to_string("leads/_head.html", context, request)


def _toast(words: str, kind: str, undo: str = "") -> str:
    return render_to_string("leads/_toast.html", {"words": words, "kind": kind, "undo": undo})
