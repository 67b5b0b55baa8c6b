"""A page, and who looks at it."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Place:
    """A page, who looks at it (an email address; nobody when empty) and its file's name."""

    name: str
    path: str
    who: str = ""
    status: int = 200


ISA, AGENT, LEAD = "ivy@example.com", "ana@example.com", "lea@example.com"
STAFF = "ada@example.com"
