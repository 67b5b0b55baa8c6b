"""What people say of a statement: the ISA asks, the team lead answers, or enters something by hand."""

from __future__ import annotations

from datetime import date

from django.contrib import messages
from django.http import Http404, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from handoff.models import Dispute, Entry
from handoff.models.pay import Turn
from handoff.months import day_words, month_words
from handoff.pay.adjusting import ByHand, EnteredAlready, adjust
from handoff.pay.approving import PayRefused
from handoff.pay.disputes import answer, raise_dispute
from handoff.pay.forms import AboutForm, AdjustForm, AnswerForm, NoteForm
from handoff.pay.views import load_statement
from handoff.pay.withheld import rest_of
from teams.access import for_roles
from teams.http import TeamRequest
from teams.models import Role


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.ISA, Role.AGENT)
def ask(request: TeamRequest, month: date, pk: int) -> HttpResponse:
    """Ask about an entry (``?entry=``), or about the whole statement."""
    page = load_statement(request, month, pk)
    entry = _entry(request, month, pk)
    form = NoteForm(request.POST if request.method == "POST" else None)
    if form.is_valid():
        said = {"isa": page.head.isa, "month": month, "entry": entry, "note": form.cleaned_data["note"]}
        try:
            raise_dispute(**said, actor=request.membership, at=timezone.now())
        except PayRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            messages.success(request, "Asked. Your team lead has it as a task, and you are told of the answer.")
            return redirect("handoff:pay-statement", month, pk)
    context = {"form": form, "head": page.head, "entry": entry}
    return render(request, "handoff/pay/ask.html", context, status=422 if form.errors else 200)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def answer_question(request: TeamRequest, pk: int) -> HttpResponse:
    """Answer what an ISA asks: with an amount that puts it right, or with words alone. It is answered once."""
    seen = Dispute.objects.visible_to(request.membership).select_related(
        "isa__user", "entry__handoff__lead", "answered_by__user", "adjustment"
    )
    dispute = get_object_or_404(seen, pk=pk)
    begin = {"amount": rest} if dispute.entry and (rest := rest_of(dispute.entry)) else {}
    form = AnswerForm(request.POST if request.method == "POST" else None, initial=begin)
    if form.is_valid():
        said = {"amount": form.cleaned_data["amount"] or 0, "words": form.cleaned_data["words"]}
        try:
            answer(dispute=dispute, **said, actor=request.membership, at=timezone.now())
        except PayRefused as refusal:
            form.add_error(None, str(refusal))
            dispute = seen.get(pk=pk)  # it may have been answered since it was read
        else:
            messages.success(request, f"Answered. {dispute.isa.user.first_name} is told.")
            return redirect(dispute)
    too_late = form.is_bound and dispute.answered_at is not None
    context = {"form": form, "dispute": dispute, "too_late": too_late, "zone": request.user.zone}
    status = 409 if too_late else 422 if form.errors else 200
    return render(request, "handoff/pay/answer.html", context, status=status)


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def adjust_statement(request: TeamRequest, month: date, pk: int) -> HttpResponse:
    """Enter an amount by hand, about a case (``?entry=``); of a closing that a rule kept back what is not paid yet."""
    page = load_statement(request, month, pk)
    entry = _entry(request, month, pk)
    of = entry if entry and entry.turn == Turn.WITHHELD else None
    begin = {"amount": rest_of(of), "why": f"Of {day_words(of.earned_on)}, paid after all"} if of else {}
    form = AdjustForm(request.POST if request.method == "POST" else None, initial=begin)
    if form.is_valid():
        said = {name: form.cleaned_data[name] for name in ("amount", "why", "is_meant")}
        by_hand = ByHand(**said, once=str(form.cleaned_data["once"]), about=entry, of=of)
        try:
            entered = adjust(
                isa=page.head.isa, month=month, by_hand=by_hand, actor=request.membership, at=timezone.now()
            )
        except EnteredAlready as refusal:
            form.add_error("is_meant", str(refusal))
        except PayRefused as refusal:
            form.add_error(None, str(refusal))
        else:
            where = "" if entered.month == month else f" into {month_words(entered.month)}, the first open month"
            messages.success(request, f"Entered{where}. {page.head.isa.user.first_name} is told.")
            return redirect("handoff:pay-statement", entered.month, pk)
    context = {"form": form, "head": page.head, "entry": entry}
    return render(request, "handoff/pay/adjust.html", context, status=422 if form.errors else 200)


def _entry(request: TeamRequest, month: date, pk: int) -> Entry | None:
    """Return the entry that the address names, if it does; one of another statement does not exist."""
    if "entry" not in request.GET:
        return None
    form = AboutForm(request.GET)
    if not form.is_valid():
        raise Http404
    seen = Entry.objects.visible_to(request.membership).filter(isa=pk, month=month)
    return get_object_or_404(seen.select_related("handoff__lead", "about__lead"), pk=form.cleaned_data["entry"])
