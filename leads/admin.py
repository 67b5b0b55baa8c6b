"""Leads in the admin: to be looked at. Whatever changes them goes through a verb."""

from typing import Any

from django.contrib import admin
from django.http import HttpRequest

from leads.models import Activity, Lead, LeadEmail, LeadPhone, Lpmama, Recording, StageChange, Task, Verification
from teams.repair.read_only import ReadOnlyAdmin


@admin.register(Lead)
class LeadAdmin(ReadOnlyAdmin):
    """Who they are and where they stand."""

    list_display = ("name", "team", "stage", "owner", "isa", "created_at")
    list_filter = ("stage",)
    list_select_related = ("team", "owner__user", "isa__user")
    search_fields = ("sort_name",)
    search_help_text = "A name, an address, or a phone number with its country: +15125550142"

    def get_search_results(self, request: HttpRequest, queryset: Any, search_term: str) -> tuple[Any, bool]:  # noqa: ARG002
        """Search each table by its index: one condition over three of them would read all leads."""
        text = search_term.strip()
        if not text:
            return queryset, False
        if "@" in text:
            found = LeadEmail.objects.filter(address=text.lower()).values("lead")
            return queryset.filter(pk__in=found), False
        if text.startswith("+"):
            return queryset.filter(pk__in=LeadPhone.objects.filter(number=text).values("lead")), False
        return queryset.filter(pk__in=Lead.objects.named_like(text).values("pk")), False


@admin.register(Lpmama)
class LpmamaAdmin(ReadOnlyAdmin):
    """What they answered."""

    list_display = ("lead", "side", "price_max", "timeframe", "updated_at")
    list_select_related = ("lead",)


@admin.register(Verification)
class VerificationAdmin(ReadOnlyAdmin):
    """What was read back."""

    list_display = ("lead", "phone", "phone_at", "email", "email_at", "has_no_email")
    list_select_related = ("lead",)


@admin.register(Recording)
class RecordingAdmin(ReadOnlyAdmin):
    """The calls behind the notes."""

    list_display = ("lead", "kind", "reason", "created_at", "arrived_at")
    list_filter = ("kind",)
    list_select_related = ("lead",)


@admin.register(StageChange)
class StageChangeAdmin(ReadOnlyAdmin):
    """Every move between stages."""

    list_display = ("lead", "was", "to", "actor", "via", "at")
    list_filter = ("via", "to")
    list_select_related = ("lead", "actor__user")


@admin.register(Activity)
class ActivityAdmin(ReadOnlyAdmin):
    """The story of each lead."""

    list_display = ("lead", "kind", "summary", "actor", "at")
    list_filter = ("kind",)
    list_select_related = ("lead", "actor__user")


@admin.register(Task)
class TaskAdmin(ReadOnlyAdmin):
    """What people have to do."""

    list_display = ("title", "team", "assignee", "kind", "due_at", "done_at")
    list_filter = ("kind",)
    list_select_related = ("team", "assignee__user")
