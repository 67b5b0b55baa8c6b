"""Actions that mend: asked twice, with a reason, done by the verb that pages use, and written down with a name."""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, cast

from django import forms
from django.contrib import admin, messages
from django.contrib.admin.models import CHANGE, LogEntry
from django.db import transaction
from django.db.models import Model, QuerySet
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.utils import timezone

from teams.models import User
from teams.signals import mended

AT_ONCE = 50


class Refusal(Exception):
    """This row cannot be mended so; the text says why."""


#: Mends one row, ``(row, *, reason, at)``, and says in a few words what was done. Raises Refusal or its verb's own.
Mend = Callable[..., str]


class ReasonForm(forms.Form):
    """Why: it goes into the timeline and the audit."""

    reason = forms.CharField(
        max_length=200, min_length=3, help_text="One line. The team sees it, with your name.", label="Why"
    )


Action = Callable[[admin.ModelAdmin[Any], HttpRequest, "QuerySet[Any]"], HttpResponse | None]


def repair(*, label: str, refusals: tuple[type[Exception], ...] = ()) -> Callable[[Mend], Action]:
    """Make an admin action of a function that mends one row. Of several rows each stands or falls by itself."""

    def decorate(mend: Mend) -> Action:
        name = str(getattr(mend, "__name__", ""))

        def act(model: admin.ModelAdmin[Any], request: HttpRequest, rows: QuerySet[Any]) -> HttpResponse | None:
            chosen = list(rows[: AT_ONCE + 1])
            if len(chosen) > AT_ONCE:
                messages.error(request, f"At most {AT_ONCE} rows at once.")
                return None
            form = ReasonForm(request.POST if "confirmed" in request.POST else None)
            if not form.is_valid():
                return _ask(model, request, chosen, form=form, label=label, action=name)
            for row in chosen:
                _mend(mend, row, request, reason=form.cleaned_data["reason"], refusals=(Refusal, *refusals))
            return None

        act.__name__ = name
        return cast("Action", admin.action(act, permissions=["repair"], description=label))

    return decorate


def _ask(
    model: admin.ModelAdmin[Any], request: HttpRequest, rows: list[Any], *, form: ReasonForm, label: str, action: str
) -> HttpResponse:
    context = {
        **model.admin_site.each_context(request),
        "title": f"{label}?",
        "opts": model.opts,
        "rows": rows,
        "form": form,
        "action": action,
        "label": label,
    }
    return TemplateResponse(request, "admin/repair.html", context)


def _mend(mend: Mend, row: Model, request: HttpRequest, *, reason: str, refusals: tuple[type[Exception], ...]) -> None:
    at = timezone.now()
    staff = cast("User", request.user)
    shown = str(row)
    try:
        with transaction.atomic():
            done = mend(row, reason=reason, at=at)
            words = f"{staff.name} (staff) {done}: {reason}"
            LogEntry.objects.log_actions(
                staff.pk,
                type(row)._default_manager.filter(pk=row.pk),  # noqa: SLF001 - a row of any model
                CHANGE,
                words,
                single_object=True,
            )
            mended.send(sender=type(row), row=row, words=words, by=staff, at=at)
    except refusals as refusal:
        messages.error(request, f"{shown}: {refusal}")
    else:
        messages.success(request, f"{shown}: {done}.")
