"""Every table in the admin, read-only: the rooms' own, those of packages, and those that nobody wrote a page for."""

from __future__ import annotations

from django.apps import apps
from django.contrib import admin

from teams.repair.read_only import ReadOnlyAdmin, shown_in_short

ROOMS = {"handoff", "leads", "notifications", "teams"}


def complete(site: admin.AdminSite) -> None:
    """Show what is not shown yet, and take the pen from what packages registered with one."""
    for model, page in list(site._registry.items()):  # noqa: SLF001 - there is no other list of them
        if not isinstance(page, ReadOnlyAdmin):
            site.unregister(model)
            site.register(model, shown_in_short(model))
    for model in apps.get_models():
        if model._meta.app_label in ROOMS and not site.is_registered(model):  # noqa: SLF001 - Django's documented way
            site.register(model, shown_in_short(model))
