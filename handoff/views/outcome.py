"""The agent's report in three taps: from the page, and from the link in a mail, without signing in."""

from collections.abc import Callable
from datetime import datetime
from functools import wraps
from typing import Any, Final
from urllib.parse import urlencode

from django.contrib import messages
from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db.models import QuerySet
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils import timezone
from django.views.decorators.cache import never_cache
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_http_methods, require_safe
from django_htmx.http import reswap, retarget

from handoff.amending import check_may_correct, correct_outcome, history_of
from handoff.links import BadLink, BadReason, read_outcome_link
from handoff.models import Handoff, Outcome
from handoff.models.outcomes import NextStep, Showed
from handoff.outcome_forms import CorrectionForm, OutcomeForm, ReportForm, said_by
from handoff.outcomes import OutcomeRefused
from handoff.phrases import local_moment
from handoff.postponing import report_outcome, times_to_move_to
from handoff.reports import InvalidOutcome
from handoff.states import HandoffStatus
from handoff.views.today import list_after
from leads.stages import Refused
from leads.states import Via
from teams.access import any_member, for_roles
from teams.http import TeamRequest
from teams.models import Membership, Role

#: What may come next, by how the meeting went: the last tap.
AFTER_SHOWING = (NextStep.SHOWINGS, NextStep.FOLLOW_UP, NextStep.SIGNED, NextStep.NURTURE)
AFTER_NO_SHOW = (NextStep.REBOOK, NextStep.NURTURE, NextStep.NOTHING)
#: As many new times are offered on one list.
MOST_TIMES = 60


@require_http_methods(["GET", "HEAD", "POST"])
@any_member
def outcome(request: TeamRequest, pk: int) -> HttpResponse:
    """Ask how it went, and record it. A team lead may report for an agent; an ISA is told who does."""
    handoff = get_object_or_404(_to_report(request.membership), pk=pk)
    if request.membership.role == Role.ISA:
        return _say_whose(request, handoff)
    answer = _ask(request, handoff, by=request.membership, via=Via.PAGE, template="handoff/outcome.html")
    if answer is not None:
        return answer
    messages.success(request, f"Thank you. What you said of {handoff.lead.name} is recorded, and everyone knows.")
    return redirect("handoff:day")


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.AGENT, Role.LEAD)
def report_in_row(request: TeamRequest, pk: int) -> HttpResponse:
    """Do the same in an open row of Today: the form takes the place of its first tap, and after it the list is new."""
    handoff = get_object_or_404(_to_report(request.membership), pk=pk)
    if not request.htmx:  # without scripts its own page asks
        return redirect("handoff:outcome", pk=pk)
    answer = _ask(request, handoff, by=request.membership, via=Via.PAGE, template="handoff/today/_report.html")
    if answer is None:
        told = list_after(request, f"{handoff.lead.name}: recorded, and everyone knows.")
        return reswap(retarget(told, "#today"), "outerHTML")
    answer.status_code = 200  # the page swaps in what was refused, too: the words stand on the form
    return answer


def _to_report(member: Membership) -> QuerySet[Handoff]:
    return Handoff.objects.visible_to(member).select_related(
        "lead__team__policy", "team__policy", "appointment", "agent__user", "setter__user", "outcome"
    )


def _say_whose(request: TeamRequest, handoff: Handoff) -> HttpResponse:
    """Answer who reports it: a channel's alert leads everybody here."""
    context = {
        "handoff": handoff,
        "said": Outcome.objects.filter(handoff=handoff).select_related("recorded_by__user").first(),
        "is_over": _is_over(handoff),
        "zone": request.user.zone,
        "at": timezone.now(),
    }
    return render(request, "handoff/outcome_whose.html", context, status=409 if request.method == "POST" else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.AGENT, Role.LEAD)
def correct(request: TeamRequest, pk: int) -> HttpResponse:
    """Correct what was reported; what it said before stays to be seen."""
    reported = Handoff.objects.visible_to(request.membership).select_related(
        "lead__team__policy", "team__policy", "appointment", "agent__user", "setter__user", "outcome__recorded_by__user"
    )
    handoff, at = get_object_or_404(reported, pk=pk), timezone.now()
    outcome = getattr(handoff, "outcome", None)
    form = CorrectionForm(request.POST or None, team=handoff.team, initial=said_by(outcome) if outcome else None)
    if form.is_valid() and _corrected(form, handoff, by=request.membership, at=at):
        messages.success(request, "Corrected. What it said before is kept.")
        return redirect("handoff:outcome", pk=pk)
    may_not = why_not_correct(handoff, request.membership, at=at)
    context = {"handoff": handoff, "form": form, "may_not": may_not, "zone": request.user.zone}
    status = 200 if request.method != "POST" else 409 if may_not else 422
    return render(request, "handoff/outcome_correct.html", context, status=status)


def why_not_correct(handoff: Handoff, by: Membership, *, at: datetime) -> str:
    """Say why this member cannot correct the outcome; nothing if they can."""
    try:
        check_may_correct(handoff, by, at=at)
    except OutcomeRefused as refusal:
        return str(refusal)
    return ""


#: What a report by the link said, in words that name nobody.
RECORDED: Final = "handoff.outcome.recorded"
SAID: Final = {"yes": "they came", "no": "they did not come", "moved": "moved to another time"}
GOOD: Final = {"yes": "and it was a good lead", "no": "and it was not a good lead"}


def for_anyone_with_the_link(view: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """Keep a page that is opened without login out of search engines, caches and other sites' referrers."""

    @wraps(view)
    def guarded(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        response = view(request, *args, **kwargs)
        response["X-Robots-Tag"] = "noindex, nofollow"
        response["Referrer-Policy"] = "no-referrer"
        return response

    return guarded


# Without a login no cookie gives any right, so there is nothing to forge; and under no-referrer browsers
# send "Origin: null", which the CSRF check would refuse. The signed token is the whole authority.
@csrf_exempt
@login_not_required
@never_cache
@require_http_methods(["GET", "HEAD", "POST"])
@for_anyone_with_the_link
def outcome_link(request: HttpRequest, token: str) -> HttpResponse:
    """Do the same for whoever holds the link of the agent's mail. GET changes nothing: scanners open links."""
    try:
        handoff, membership = read_outcome_link(token, at=timezone.now())
    except BadLink as bad:
        status = 404 if bad.reason == BadReason.FORGED else 410
        is_done = bad.reason == BadReason.REPORTED
        return render(request, "handoff/link_over.html", {"words": str(bad), "is_done": is_done}, status=status)
    answer = _ask(request, handoff, by=membership, via=Via.LINK, template="handoff/outcome_link.html")
    # Elsewhere after the report: whoever reloads or goes back sends nothing twice.
    if answer:
        return answer
    said = signing.dumps([handoff.pk, request.POST.get("showed"), request.POST.get("is_good")], salt=RECORDED)
    return redirect(f"{reverse('handoff:outcome-recorded')}?{urlencode({'said': said})}")


@login_not_required
@require_safe
@for_anyone_with_the_link
def outcome_recorded(request: HttpRequest) -> HttpResponse:
    """Thank whoever reported by the link, and say what was recorded, but of whom: the address opens without a login."""
    try:
        pk, showed, is_good = signing.loads(request.GET.get("said", ""), salt=RECORDED)
    except (signing.BadSignature, ValueError):
        return render(request, "handoff/outcome_thanks.html")
    words = [SAID.get(showed, ""), GOOD.get(is_good, "") if showed == Showed.YES else ""]
    context = {"said": ", ".join(word for word in words if word), "pk": pk}
    return render(request, "handoff/outcome_thanks.html", context)


def _ask(request: HttpRequest, handoff: Handoff, *, by: Membership, via: Via, template: str) -> HttpResponse | None:
    """Return the page to show, or None once the outcome is recorded."""
    at = timezone.now()
    # The mail's buttons say "?showed=yes": the first tap is made, nothing is sent.
    tapped = {"showed": request.GET.get("showed")}
    form = ReportForm(request.POST if request.method == "POST" else None, team=handoff.team, initial=tapped)
    status = 200
    if request.method == "POST" and not _is_over(handoff):
        if form.is_valid() and _recorded(form, handoff, by=by, via=via, at=at):
            return None
        status = 422
    elif request.method == "POST":
        status = 409
    said = Outcome.objects.filter(handoff=handoff).select_related("recorded_by__user").first()
    is_early = bool(handoff.appointment and handoff.appointment.starts_at > at)
    context = {
        "handoff": handoff,
        "form": form,
        "is_over": _is_over(handoff),
        "said": said,
        "former": history_of(said) if said else [],
        "may_correct": said and via == Via.PAGE and not why_not_correct(handoff, by, at=at),
        "times": [] if said or is_early or _is_over(handoff) else _times(handoff, by, at=at),
        "zone": by.user.zone,
        "at": at,
        "is_early": is_early,
        "keys": via == Via.PAGE,
        "after_showing": AFTER_SHOWING,
        "after_no_show": AFTER_NO_SHOW,
    }
    return render(request, template, context, status=status)


def _times(handoff: Handoff, by: Membership, *, at: datetime) -> list[tuple[str, str]]:
    """Return the agent's free times, as a list to choose from, on the reader's clock."""
    free = times_to_move_to(handoff, at=at, limit=MOST_TIMES)
    return [(moment.isoformat(), local_moment(moment, by.user.zone)) for moment in free]


def _recorded(form: ReportForm, handoff: Handoff, *, by: Membership, via: Via, at: datetime) -> bool:
    def record() -> None:
        report_outcome(handoff=handoff, actor=by, via=via, at=at, **form.cleaned_data)

    return _taken(form, record)


def _corrected(form: CorrectionForm, handoff: Handoff, *, by: Membership, at: datetime) -> bool:
    def record() -> None:
        correct_outcome(handoff=handoff, actor=by, via=Via.PAGE, at=at, **form.cleaned_data)

    return _taken(form, record)


def _taken(form: OutcomeForm, record: Callable[[], None]) -> bool:
    """Record it; what is refused stands on the form."""
    try:
        record()
    except InvalidOutcome as invalid:
        for field, words in invalid.errors.items():
            form.add_error(field if field in form.fields else None, words)
    except Refused as refusal:
        form.add_error(None, str(refusal))
    else:
        return True
    return False


def _is_over(handoff: Handoff) -> bool:
    return handoff.status != HandoffStatus.OPEN
