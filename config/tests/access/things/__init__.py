"""What addresses and bodies name, in three corners of the world: one's own, a team-mate's, and another team's.

A corner is an ISA, the agent they hand leads to, and all that hangs on that. A thing is one function from a corner
to the part of an address that names it; what exists nowhere has a name too.
"""

from __future__ import annotations

from config.tests.access.things import handoff, leads, notifications, teams  # noqa: F401 - each registers its things
from config.tests.access.things.corners import MISSING, REACH, THINGS, Corner, Whose, corner

__all__ = ["APART", "MISSING", "REACH", "THINGS", "Corner", "Whose", "corner"]

#: Not part of what the address names before it: a team-mate's may stand beside one's own.
APART = {"other lead"}
