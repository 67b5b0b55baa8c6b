"""The pages where a team words its scripts: all of them, one with its preview, and its versions."""

from __future__ import annotations

from typing import Any

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.forms import ScriptForm
from handoff.scripts import filled
from handoff.wordings import (
    PLACEHOLDERS,
    SAMPLES,
    SCRIPTS,
    check_text,
    latest_versions,
    save_wording,
    text_of,
    use_built_in,
    versions_of,
    wording_of,
)
from leads.placeholders import BadWording, paragraphs_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role

VERSIONS_SHOWN = 20


@require_safe
@for_roles(Role.LEAD)
def scripts(request: TeamRequest) -> HttpResponse:
    """Every script: what it is for, and whose words it has."""
    changed = latest_versions(request.membership.team)
    shown = [{"name": name, "title": words.title, "version": changed.get(name)} for name, words in SCRIPTS.items()]
    return render(request, "handoff/scripts.html", {"scripts": shown})


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def script(request: TeamRequest, name: str) -> HttpResponse:
    """One script, to be worded; POST saves it."""
    team = request.membership.team
    if name not in SCRIPTS:
        raise Http404
    form = ScriptForm(request.POST if request.method == "POST" else None, name=name)
    if not form.is_bound:
        form = ScriptForm(initial={"text": text_of(wording_of(team, name))}, name=name)
    elif form.is_valid():
        try:
            text = form.cleaned_data["text"]
            save_wording(team=team, name=name, text=text, author=request.membership, at=timezone.now())
        except BadWording as refusal:
            form.add_error("text", str(refusal))
        else:
            messages.success(request, "Saved. ISAs read it from now on.")
            return redirect("handoff:script", name)
    return _page(request, name, form)


def _page(request: TeamRequest, name: str, form: ScriptForm) -> HttpResponse:
    said = str(form["text"].value() or "")
    versions = versions_of(request.membership.team, name)
    context = {
        "name": name,
        "title": SCRIPTS[name].title,
        "form": form,
        "placeholders": [{"name": each, "meaning": meaning} for each, (meaning, _) in PLACEHOLDERS.items()],
        "versions": versions[:VERSIONS_SHOWN],
        "is_own": bool(versions and versions[0].text),
        "built_in": text_of(SCRIPTS[name]),
        **_preview(name, said),
    }
    return render(request, "handoff/script.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def preview(request: TeamRequest, name: str) -> HttpResponse:
    """Draw the text of the form with invented names; nothing is kept."""
    if name not in SCRIPTS:
        raise Http404
    form = ScriptForm(request.POST, name=name)
    said = form.cleaned_data["text"] if form.is_valid() else ""
    refusal = next(iter(form.errors.get("text", [])), "")
    return render(
        request, "handoff/_script_preview.html", _preview(name, said) | ({"wrong": refusal} if refusal else {})
    )


@require_POST
@for_roles(Role.LEAD)
def reset(request: TeamRequest, name: str) -> HttpResponse:
    """Go back to the built-in text."""
    if name not in SCRIPTS:
        raise Http404
    if use_built_in(team=request.membership.team, name=name, author=request.membership, at=timezone.now()):
        messages.success(request, "The built-in text is back. Your own versions are kept below.")
    else:
        messages.info(request, "It is the built-in text already.")
    return redirect("handoff:script", name)


def _preview(name: str, text: str) -> dict[str, Any]:
    try:
        check_text(text)
    except BadWording as refusal:
        return {"wrong": str(refusal), "preview": None}
    return {"wrong": "", "preview": filled(name, SCRIPTS[name].title, paragraphs_of(text), SAMPLES)}
