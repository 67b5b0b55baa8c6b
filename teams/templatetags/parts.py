"""The parts of settings, for the tabs of every page of them."""

from __future__ import annotations

from dataclasses import dataclass

from django import template

from teams import hub

register = template.Library()


@dataclass(frozen=True, slots=True)
class Tab:
    """A section of settings: it opens at its first part."""

    section: hub.Section
    parts: list[hub.Part]
    is_here: bool


@register.simple_tag
def settings_tabs(here: str) -> list[Tab]:
    """Every section, the open one marked; ``here`` is the code of the part that is open."""
    return [Tab(section, parts, any(part.code == here for part in parts)) for section, parts in hub.sections().items()]
