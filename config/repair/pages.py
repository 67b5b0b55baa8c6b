"""Two pages of the admin that are about no single table: the audit, and whether all promises are kept."""

from __future__ import annotations

from typing import Any, cast

from django import forms
from django.contrib import admin
from django.contrib.admin.models import CHANGE, LogEntry
from django.http import HttpRequest, HttpResponse
from django.template.response import TemplateResponse
from django.urls import NoReverseMatch, reverse
from django.utils import timezone

from config.audited import AUDITED
from notifications.promises import health
from notifications.promises.audit import findings
from teams.models import User
from teams.repair import history

MODELS = sorted((model._meta.label_lower, model._meta.verbose_name) for model in AUDITED)  # noqa: SLF001


class AuditForm(forms.Form):
    """What to follow: one row, one request, or with neither whatever happened last."""

    model = forms.ChoiceField(required=False, choices=[("", "any"), *MODELS], label="Kind of row")
    row = forms.IntegerField(required=False, min_value=0, max_value=2**63 - 1, label="Its number")
    request = forms.CharField(required=False, max_length=64, label="… or a request id")
    before = forms.IntegerField(required=False, min_value=1, max_value=2**63 - 1, widget=forms.HiddenInput)

    def clean(self) -> dict[str, Any]:
        """A row is known by its kind and its number together."""
        said = super().clean() or {}
        if bool(said.get("model")) != (said.get("row") is not None):
            raise forms.ValidationError("Give both the kind of row and its number, or neither.")
        return said


def audit(request: HttpRequest) -> HttpResponse:
    """Follow one row, or one request through web, worker and sweep."""
    form = AuditForm(request.GET)
    changes = _changes(form.cleaned_data) if form.is_valid() else []
    context = {
        **admin.site.each_context(request),
        "title": "Audit",
        "form": form,
        "changes": [(change, _page_of(change)) for change in changes],
        "next": _older(request, changes),
    }
    return TemplateResponse(request, "admin/audit.html", context)


def promises(request: HttpRequest) -> HttpResponse:
    """Ask the auditor now: is anything owed that nobody has in hand?"""
    found = None
    if request.method == "POST":
        found = list(findings(at=timezone.now()))
        words = f"{cast('User', request.user).name} (staff) looked for forgotten promises: {len(found)} found"
        key = cast("int", request.user.pk)
        LogEntry.objects.log_actions(key, User.objects.filter(pk=key), CHANGE, words, single_object=True)
    context = {
        **admin.site.each_context(request),
        "title": "Promises",
        "found": found,
        "figures": health.summary(),
    }
    return TemplateResponse(request, "admin/promises.html", context)


def _changes(asked: dict[str, Any]) -> list[history.Change]:
    before = asked["before"]
    if asked["request"]:
        return history.changes_in(request_id=asked["request"], before=before)
    if asked["model"]:
        return history.changes_of(model=asked["model"], row=asked["row"], before=before)
    return history.latest(before=before)


def _page_of(change: history.Change) -> str:
    try:
        return reverse(f"admin:{change.model.replace('.', '_')}_change", args=[change.row])
    except NoReverseMatch:
        return ""


def _older(request: HttpRequest, changes: list[history.Change]) -> str:
    """Return the query of the next page; empty when this one ends it."""
    if len(changes) < history.SHOWN:
        return ""
    query = request.GET.copy()
    query["before"] = str(changes[-1].pk)
    return query.urlencode()
