"""The three corners of the world, and the register of what they name."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, field
from enum import StrEnum

from handoff.models import Handoff
from handoff.tests.factories import open_handoff, ready
from leads.models import Lead
from leads.tests.factories import NOW
from notifications.promises.drains import drain_all
from teams import connections, photos
from teams.models import (
    Membership,
    Role,
    Team,
    TeamsConnection,
    TextsConnection,
)
from teams.models.connections import MailboxConnection, MailConnection
from teams.tests import factories as people

NOWHERE = str(2**62)


class Whose(StrEnum):
    """Whose thing is asked for."""

    OWN = "own"
    MATES = "a team-mate's"
    FOREIGN = "another team's"
    MISSING = "nobody's"


@dataclass(slots=True)
class Corner:
    """An ISA, an agent, and a lead that went from one to the other."""

    team: Team
    isa: Membership
    agent: Membership
    lead: Lead
    handoff: Handoff
    _made: dict[str, str] = field(default_factory=dict)

    def name(self, thing: str) -> str:
        """Return what names this corner's ``thing`` in an address or a form."""
        if thing not in self._made:
            self._made[thing] = THINGS[thing](self)
        return self._made[thing]


def corner(team: Team) -> Corner:
    """Make one in this team."""
    for connection in (MailboxConnection, MailConnection, TeamsConnection, TextsConnection):
        connections.found(connection, team).save()
    isa, agent = people.isa(team), people.agent(team)
    photos.set_photo(profile=agent.profile, image=b"a photo", at=NOW)
    lead = ready(team, isa=isa)
    handoff = open_handoff(lead, to=agent)
    drain_all(at=NOW, about=handoff.about)
    return Corner(team, isa, agent, lead, handoff)


THINGS: dict[str, Callable[[Corner], str]] = {}
#: What names a thing that does not exist, where that is no number.
MISSING: dict[str, str] = {}
#: Who reaches whose, where it is not the rule: ISAs and team leads all of the team, agents their own.
REACH: dict[str, dict[Role, frozenset[Whose]]] = {}

TEAM, OWN, NONE = frozenset({Whose.OWN, Whose.MATES}), frozenset({Whose.OWN}), frozenset[Whose]()
RULE = {Role.ISA: TEAM, Role.AGENT: OWN, Role.LEAD: TEAM}
WHOLE_TEAM = {Role.ISA: TEAM, Role.AGENT: TEAM, Role.LEAD: TEAM}
AGENT_AND_LEADS = {Role.ISA: NONE, Role.AGENT: OWN, Role.LEAD: TEAM}
LEADS_ALONE = {Role.ISA: NONE, Role.AGENT: NONE, Role.LEAD: TEAM}
AGENT_ALONE = {Role.ISA: NONE, Role.AGENT: OWN, Role.LEAD: NONE}

Maker = Callable[[Corner], str | int]


def thing(name: str, *, reach: dict[Role, frozenset[Whose]] = RULE, missing: str = NOWHERE) -> Callable[[Maker], Maker]:
    """Register how a corner's thing of this name is made and named."""

    def keep(make: Maker) -> Maker:
        THINGS[name], REACH[name], MISSING[name] = (lambda where: str(make(where))), reach, missing
        return make

    return keep
