"""The story of the settings: every verb that sets something for a team leaves a line here."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from datetime import datetime
from typing import Any

from django.db import models

from teams.models import Membership, SettingChange

LONGEST = 300


def note_change(*, actor: Membership, part: str, words: str, at: datetime) -> None:
    """Write down who set what, in the transaction of the change. Never put a secret into ``words``."""
    SettingChange.objects.create(team_id=actor.team_id, actor=actor, part=part, words=_shortened(words), at=at)


def set_fields(row: models.Model, values: Mapping[str, Any]) -> str:
    """Save these fields of a row, and return in words what is another value now; nothing when all is as it was."""
    told = []
    for name, value in values.items():
        was = getattr(row, name)
        setattr(row, name, value)
        if was != value:
            told.append(f"{_label(row, name)}: {_said(was)} → {_said(value)}")
    row.save(update_fields=list(values))
    return "; ".join(told)


def latest_changes(membership: Membership, *, limit: int) -> Sequence[SettingChange]:
    """Return the newest lines of the team."""
    return list(SettingChange.objects.visible_to(membership).select_related("actor__user")[:limit])


def _label(row: models.Model, name: str) -> str:
    field: models.Field[Any, Any] = row._meta.get_field(name)  # type: ignore[assignment]  # noqa: SLF001
    words = str(field.verbose_name)
    return words[:1].upper() + words[1:]


def _said(value: object) -> str:
    if value is None or value == "":
        return "nothing"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "none"
    return str(value)


def _shortened(words: str) -> str:
    return words if len(words) <= LONGEST else f"{words[: LONGEST - 1]}…"
