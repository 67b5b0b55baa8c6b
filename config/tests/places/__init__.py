"""What there is to look at: every page of every role, after the demo and one handoff of our own."""

from __future__ import annotations

from config.tests.places.kept import sent, staff
from config.tests.places.place import AGENT, ISA, LEAD, STAFF, Place
from config.tests.places.strangers import strangers
from config.tests.places.team_lead import team_lead
from config.tests.places.working import agent, isa, pay

__all__ = ["AGENT", "ISA", "LEAD", "STAFF", "Place", "places"]


def places() -> list[Place]:
    """Return every place, from what is in the database now."""
    return [*strangers(), *isa(), *agent(), *team_lead(), *pay(), *staff(), *sent()]
