"""Teams that transfer clients live, and what is seen of a ladder afterwards."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff.live.requesting import request_transfer
from handoff.models import LiveTransfer, Ring
from leads.tests.factories import ready_lead
from notifications.models import Pushed
from notifications.tests.peers.mail import SmtpPeer
from teams.models import Membership, Policy
from teams.presence import go_on_call
from teams.tests import factories as people

ALL_WEEK = "00:00-23:59 mon-sun"


@dataclass(frozen=True, slots=True)
class Desk:
    """An ISA, and the agents who are on call whenever there is a client for them."""

    isa: Membership
    agents: list[Membership]

    @property
    def rungs(self) -> int:
        """How many rungs a ladder has when nobody answers: each agent alone, and then all together."""
        return len(self.agents) + 1

    def request(self, *, at: datetime) -> LiveTransfer:
        """Ring everybody anew, for a client who is on the phone at that moment."""
        for member in self.agents:
            go_on_call(member=member, until=at + timedelta(hours=2), at=at)
        return request_transfer(lead=ready_lead(self.isa.team, self.isa, at=at), setter=self.isa, at=at)


def make_desk(*, agents: int, seconds: int) -> Desk:
    """Make a team whose rungs last so many seconds each, and whom no number of missed rings takes off call."""
    team = people.TeamFactory.create()
    policy, _ = Policy.objects.get_or_create(team=team)
    policy.ring_seconds = policy.ring_all_seconds = seconds
    policy.missed_rings = 1000
    policy.save()
    return Desk(people.isa(team), [people.agent(team, hours=ALL_WEEK) for _ in range(agents)])


def rungs_of(transfer: LiveTransfer) -> list[list[int]]:
    """Return who was rung on each rung, the first one first, by rising membership."""
    rung: dict[int, list[int]] = {}
    for ring in transfer.rings.order_by("rung", "agent"):
        rung.setdefault(ring.rung, []).append(ring.agent_id)
    return [rung[number] for number in sorted(rung)]


def seconds_late(transfer: LiveTransfer) -> list[float]:
    """Return of each rung after the first how long after the end of the one before it began to ring, in seconds."""
    began = dict(transfer.rings.order_by("rung").values_list("rung", "rung_at"))
    ended = dict(transfer.rings.order_by("rung").values_list("rung", "ends_at"))
    return [(began[rung] - ended[rung - 1]).total_seconds() for rung in sorted(began) if rung - 1 in ended]


def rung_twice(transfer: LiveTransfer, smtp: SmtpPeer) -> list[str]:
    """Name every agent who was told twice of one rung: by their pages, or by mails that are not the very same.

    It must be the only transfer of its desk.
    """
    rings = Counter(transfer.rings.values_list("agent", flat=True))
    told = Counter(Pushed.objects.filter(topic="ring", ref=str(transfer.pk)).values_list("membership", flat=True))
    found = [f"member {pk}: told {told[pk]} times of {rings[pk]} rings" for pk in rings if told[pk] != rings[pk]]
    for member in Membership.objects.filter(pk__in=rings).select_related("user"):
        mails = {str(mail["Message-ID"]) for mail in smtp.to(member.user.email)}
        if len(mails) > rings[member.pk]:
            found.append(f"member {member.pk}: {len(mails)} mails of {rings[member.pk]} rings")
    return found


def still_rings(transfer: LiveTransfer) -> bool:
    """Whether anybody's ring has no end yet."""
    return Ring.objects.ringing().filter(transfer=transfer).exists()
