"""Live transfers put there as rows, in whatever state and as fast as wanted: for counting them."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from handoff.models import Handoff, LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import Method, RingStatus, TransferStatus
from handoff.tests.passing import a_team, ana, mia
from leads.tests.factories import NOW, LeadFactory
from teams.models import Membership
from teams.models.transfers import RingWay
from teams.tests.factories import lead as team_lead

SECOND, DAY = timedelta(seconds=1), timedelta(days=1)
#: Where the tables of the page of measures are files.
TABLES = {name: reverse(f"handoff:transfer-{name}-csv") for name in ("weeks", "speed", "drops", "passes")}


class Desk:
    """A team with two ISAs and two agents."""

    def __init__(self) -> None:
        self.team = a_team()
        self.isas = [mia(self.team, user__name=name) for name in ("Isa One", "Isa Two")]
        self.agents = [ana(self.team, user__name=name) for name in ("Agent One", "Agent Two")]
        self.boss = team_lead(self.team)

    def put(
        self,
        status: TransferStatus,
        *,
        isa: int = 0,
        agent: int = 0,
        at: datetime = NOW,
        shown: float | None = 1,
        accepted: float = 10,
        connected: float = 30,
        **fields: Any,
    ) -> LiveTransfer:
        """Put one there; steps in seconds after the request. Who accepts has a ring of its own, which says so."""
        setter, to = self.isas[isa], self.agents[agent]
        client = LeadFactory.create(team=self.team, isa=setter)
        is_taken = status in {TransferStatus.ACCEPTED, TransferStatus.CONNECTED, TransferStatus.DROPPED}
        stamps: dict[str, Any] = {"requested_at": at, "first_shown_at": after(at, shown)}
        if is_taken:
            stamps |= {"agent": to, "person": to.user, "accepted_at": after(at, accepted)}
        if status == TransferStatus.CONNECTED:
            handoff = self._handed_off(client, setter, to, at=at)
            stamps |= {"told_name_at": at, "connected_at": after(at, connected), "handoff": handoff}
        transfer = LiveTransfer.objects.create(
            team=self.team,
            lead=client,
            setter=setter,
            status=status,
            facts={},
            advised=Method.LIVE,
            way=RingWay.ALL,
            ring_seconds=20,
            ring_all_seconds=30,
            **stamps,
            **fields,
        )
        if is_taken:
            self.ring(transfer, RingStatus.ACCEPTED, agent=agent, after=accepted)
        return transfer

    def ring(
        self,
        transfer: LiveTransfer,
        status: RingStatus,
        *,
        agent: int = 0,
        after: float = 20,
        **fields: Any,
    ) -> Ring:
        """Ring an agent from the request on; it ends so many seconds later."""
        at = transfer.requested_at
        return Ring.objects.create(
            transfer=transfer,
            agent=self.agents[agent],
            rung=fields.pop("rung", 1),
            status=status,
            rung_at=at,
            ends_at=at + 20 * SECOND,
            brief_at=at,
            answered_at=at + after * SECOND,
            answered_by=AnsweredBy.CONSOLE,
            **fields,
        )

    def _handed_off(self, client: Any, setter: Membership, to: Membership, *, at: datetime) -> Handoff:
        return Handoff.objects.create(
            team=self.team,
            lead=client,
            method=Method.LIVE,
            setter=setter,
            agent=to,
            facts={},
            advised=Method.LIVE,
            opened_at=at,
            outcome_due_at=at + DAY,
        )


def after(at: datetime, seconds: float | None) -> datetime | None:
    """Return the moment so many seconds later; None for never."""
    return None if seconds is None else at + seconds * SECOND
