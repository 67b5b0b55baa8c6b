"""The pages where a team lead words what follows a no-show, and sees how each step does."""

from __future__ import annotations

from typing import Any

from django import forms
from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from handoff.models.recovery import StepKind
from handoff.numbers.figures import FEW
from handoff.recovery.forms import FORMS, AddStepForm, StepForm
from handoff.recovery.play import (
    BadStep,
    NoSuchStep,
    Play,
    add_step,
    change_step,
    play_of,
    remove_step,
    use_built_in,
    versions_of,
)
from handoff.recovery.queries import StepFigures, figures_of, words_of
from handoff.recovery.steps import Step
from handoff.recovery.words import INVENTED, PLACEHOLDERS, as_mail, as_text, check_words
from notifications.channels.text_words import text_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role

VERSIONS_SHOWN = 10
#: Where the link of a preview leads: nowhere.
NOWHERE = "https://example.com/a/your-link"


@require_safe
@for_roles(Role.LEAD)
def play(request: TeamRequest) -> HttpResponse:
    """Every step in its order, with how it does."""
    return _overview(request, AddStepForm())


@require_POST
@for_roles(Role.LEAD)
def add(request: TeamRequest) -> HttpResponse:
    """Put a step into the play, and open it to be worded."""
    form = AddStepForm(request.POST)
    if form.is_valid():
        said = {"kind": StepKind(form.cleaned_data["kind"]), "day": form.cleaned_data["day"]}
        try:
            step = add_step(team=request.membership.team, author=request.membership, at=timezone.now(), **said)
        except BadStep as refusal:
            _note(form, refusal)
        else:
            messages.success(request, "Added. It counts from the next no-show on; word it here.")
            return redirect("handoff:play-step", step.name)
    return _overview(request, form)


@require_POST
@for_roles(Role.LEAD)
def built_in(request: TeamRequest) -> HttpResponse:
    """Go back to the built-in play."""
    if use_built_in(team=request.membership.team, author=request.membership, at=timezone.now()):
        messages.success(request, "The built-in play is back, from the next no-show on.")
    else:
        messages.info(request, "It is the built-in play already.")
    return redirect("handoff:play")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def step(request: TeamRequest, name: str) -> HttpResponse:
    """One step, to be changed; POST saves it."""
    team = request.membership.team
    current = _step_of(play_of(team), name)
    form = FORMS[current.kind](request.POST if request.method == "POST" else None, step=current)
    if form.is_bound and form.is_valid():
        try:
            change_step(team=team, name=name, author=request.membership, at=timezone.now(), **form.cleaned_data)
        except BadStep as refusal:
            _note(form, refusal)
        else:
            messages.success(request, "Saved. It counts from the next no-show on; what runs keeps its steps.")
            return redirect("handoff:play-step", name)
    context = {
        "step": current,
        "title": words_of(current),
        "form": form,
        "placeholders": [{"name": each, "meaning": meaning} for each, (meaning, _) in PLACEHOLDERS.items()],
        "has_address": bool(team.postal_address),
        **_preview(request, form),
    }
    return render(request, "handoff/recovery/step.html", context, status=422 if form.errors else 200)


@require_POST
@for_roles(Role.LEAD)
def remove(request: TeamRequest, name: str) -> HttpResponse:
    """Take a step out of the play."""
    try:
        remove_step(team=request.membership.team, name=name, author=request.membership, at=timezone.now())
    except NoSuchStep:
        raise Http404 from None
    messages.success(request, "Removed. What runs keeps it; the next no-show goes without.")
    return redirect("handoff:play")


@require_POST
@for_roles(Role.LEAD)
def preview(request: TeamRequest, name: str) -> HttpResponse:
    """Draw the words of the form as the client gets them, with invented names; nothing is kept."""
    current = _step_of(play_of(request.membership.team), name)
    form = FORMS[current.kind](request.POST, step=current)
    return render(request, "handoff/recovery/_preview.html", _preview(request, form))


def _overview(request: TeamRequest, form: AddStepForm) -> HttpResponse:
    team = request.membership.team
    current, figures = play_of(team), figures_of(team)
    context = {
        "play": current,
        "steps": [
            {"step": each, "words": words_of(each), "figures": figures.steps.get(each.name, StepFigures())}
            for each in current.steps
        ],
        "figures": figures,
        "few": FEW,
        "form": form,
        "versions": versions_of(team)[:VERSIONS_SHOWN],
        "has_address": bool(team.postal_address),
    }
    return render(request, "handoff/recovery/play.html", context, status=422 if form.errors else 200)


def _step_of(current: Play, name: str) -> Step:
    try:
        return current.step(name)
    except NoSuchStep:
        raise Http404 from None


def _note(form: forms.Form, refusal: BadStep) -> None:
    for name, words in refusal.errors.items():
        form.add_error(name if name in form.fields else None, words)


def _preview(request: TeamRequest, form: StepForm) -> dict[str, Any]:
    if "text" not in form.fields:
        return {}
    said = {name: str(form[name].value() or "") for name in ("title", "text", "short")}
    wrong = check_words(**said)
    if wrong:
        return {"wrong": next(iter(wrong.values())), "mail": None}
    team = request.membership.team
    written = Step("preview", StepKind.MESSAGE, 0, title=said["title"], text=said["text"], short=said["short"])
    values = INVENTED | {"team": team.name}
    mail = as_mail(written, values, team=team, link=NOWHERE)
    text = text_of(as_text(written, values, link=NOWHERE), team_name=team.name)
    return {"mail": mail, "paragraphs": mail.lead_in.split("\n\n"), "text": text, "hello": INVENTED["first_name"]}
