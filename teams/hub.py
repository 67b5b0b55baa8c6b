"""The parts of a team's settings, told by the rooms they belong to: this room draws them without knowing them.

A room registers its parts when it is ready: ``hub.register(hub.Part(code="slack", …))``. A part names its section; the
tabs and the overview follow the sections, and within one ``order``.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum
from typing import Literal

from teams.models import Team

Kind = Literal["ok", "wait", "bad", "quiet", "info"]


@dataclass(frozen=True, slots=True)
class Look:
    """How far a part is set: a pill (``kind``, ``word``), a few facts, and what helps where something is wrong."""

    kind: Kind
    word: str
    facts: tuple[str, ...] = ()
    trouble: str = ""
    #: When it last proved to work, for what can be tried.
    worked_at: datetime | None = None
    is_tried: bool = False


class Section(StrEnum):
    """What a part is about, in the order in which a team sets itself up."""

    TEAM = "Team"
    HANDOFFS = "Handoffs"
    MESSAGES = "Messages"
    CONNECTIONS = "Connections"
    SECURITY = "Security"


@dataclass(frozen=True, slots=True)
class Part:
    """One part of settings: its page (a route without arguments), what it is for, and how to look at it."""

    code: str
    label: str
    icon: str
    route: str
    about: str
    order: int
    look: Callable[[Team], Look]
    section: Section


_parts: dict[str, Part] = {}


def register(part: Part) -> None:
    """Take a part in; once more under the same code replaces it."""
    _parts[part.code] = part


def parts() -> list[Part]:
    """Return all parts in their order, section by section."""
    return [part for held in sections().values() for part in held]


def sections() -> dict[Section, list[Part]]:
    """Return the parts of each section that has any."""
    ordered = sorted(_parts.values(), key=lambda part: (part.order, part.code))
    held = {section: [part for part in ordered if part.section is section] for section in Section}
    return {section: each for section, each in held.items() if each}
