"""Homes that a lead likes: kept by hand while they talk, seen by the agent before the meeting."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from django.db import transaction

from leads.models import Lead, SavedHome
from leads.timeline import record
from teams.models import Membership

FIELDS = ("address", "url", "price", "beds", "status", "note")


@transaction.atomic
def save_home(*, lead: Lead, said: Mapping[str, Any], actor: Membership | None, at: datetime) -> SavedHome:
    """Keep a home; ``said`` has any of FIELDS, the address at least. The same link again changes that one."""
    link = said.get("url", "")
    same = SavedHome.objects.select_for_update().filter(lead=lead, url=link).first() if link else None
    if same is not None:
        return change_home(home=same, said=said, actor=actor, at=at)
    home = SavedHome.objects.create(lead=lead, added_by=actor, created_at=at, **said)
    record(lead=lead, kind="home", summary=f"Saved home: {home.address}", actor=actor, at=at)
    return home


@transaction.atomic
def change_home(*, home: SavedHome, said: Mapping[str, Any], actor: Membership | None, at: datetime) -> SavedHome:
    """Correct a home, or note what the client thinks of it by now."""
    changed = [name for name in FIELDS if name in said and getattr(home, name) != said[name]]
    for name in changed:
        setattr(home, name, said[name])
    if changed:
        home.save(update_fields=changed)
        words = home.get_status_display().lower() if "status" in changed else ", ".join(changed)
        record(lead=home.lead, kind="home", summary=f"Home {home.address}: {words}", actor=actor, at=at)
    return home


@transaction.atomic
def remove_home(*, home: SavedHome, actor: Membership | None, at: datetime) -> None:
    """Take a home off; the timeline keeps that it was there."""
    record(lead=home.lead, kind="home", summary=f"Home removed: {home.address}", actor=actor, at=at)
    home.delete()
