"""How long something took, in words."""

from __future__ import annotations

from datetime import datetime, timedelta

from django import template

register = template.Library()

MINUTE, HOUR = 60, 3600


@register.filter
def lasted(span: timedelta | None) -> str:
    """Write “0.8 s”, “34 s”, “1 min 32 s” or “2 h 5 min”; a dash for what never was."""
    if span is None:
        return "-"
    seconds = span.total_seconds()
    if seconds < 10:
        return f"{seconds:.1f} s".replace(".0 s", " s")
    whole = round(seconds)
    if whole < MINUTE:
        return f"{whole} s"
    large, small, units = (HOUR, MINUTE, ("h", "min")) if whole >= HOUR else (MINUTE, 1, ("min", "s"))
    rest = whole % large // small
    return f"{whole // large} {units[0]}" + (f" {rest} {units[1]}" if rest else "")


@register.filter
def after(moment: datetime, before: datetime) -> timedelta:
    """Return how long a moment was after another one."""
    return moment - before
