"""What an agent's pages show of live transfers: a ring, the transfer they have accepted, or how the last one ended."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from enum import StrEnum

from django.db.models import Q

from handoff.live.answering import ended_words
from handoff.live.told import Told, told_by
from handoff.models import LiveTransfer, Ring
from handoff.states import RingStatus, TransferStatus
from teams.models import Membership
from teams.presence import LONGEST


class Sight(StrEnum):
    """What there is to see."""

    NOTHING = "nothing"
    RINGING = "ringing"
    ACCEPTED = "accepted"
    CONNECTED = "connected"
    DROPPED = "dropped"
    OVER = "over"


@dataclass(frozen=True, slots=True)
class Console:
    """One ring, as its agent sees it now. ``words`` say how it ended, once it has."""

    sight: Sight = Sight.NOTHING
    ring: Ring | None = None
    told: Told | None = None
    words: str = ""

    @property
    def transfer(self) -> LiveTransfer | None:
        """The transfer that it is about."""
        return self.ring.transfer if self.ring else None

    @property
    def key(self) -> str:
        """What a page says it shows, so that it is drawn again only when there is something else to see."""
        if self.ring is None:
            return ""
        transfer = self.ring.transfer
        told = "told" if transfer.told_name_at else "asked" if transfer.asked_at else ""
        return f"{self.ring.pk}-{self.sight}-{transfer.status}-{self.ring.status}-{told}"


def console_of(agent: Membership, *, seen: str, at: datetime, keeps_passed: bool = False) -> Console:
    """Return what the agent is to see; one query, and one more for a ring that has ended.

    ``seen``: the key of what the page shows. Of a ring that has ended meanwhile it is told how; else nothing.
    Whoever passed a ring on wants to see no more of it, but on the transfer's own page (``keeps_passed``).
    """
    rings = Ring.objects.visible_to(agent).select_related("transfer__setter__user", "transfer__agent__user")
    now = rings.filter(rung_at__gt=at - LONGEST).filter(
        Q(status=RingStatus.RINGING, ends_at__gt=at, transfer__status=TransferStatus.RINGING)
        | Q(status=RingStatus.ACCEPTED, transfer__status=TransferStatus.ACCEPTED)
    )
    ring = now.order_by("status", "rung_at").first()  # "accepted" before "ringing": they talk to one client at a time
    if ring is None and (pk := seen.partition("-")[0]).isdecimal():
        ended = rings if keeps_passed else rings.exclude(status=RingStatus.PASSED)
        ring = ended.filter(pk=int(pk[:18])).first()
    return sight_of(ring, at=at) if ring else Console()


def ring_to_show(transfer: LiveTransfer, *, agent: Membership) -> Ring | None:
    """Return the agent's ring of this transfer: the one they accepted, or else the latest."""
    mine = Ring.objects.visible_to(agent).filter(transfer=transfer)
    return mine.filter(status=RingStatus.ACCEPTED).first() or mine.order_by("-rung").first()


def sight_of(ring: Ring, *, at: datetime) -> Console:
    """Return how this ring looks to its agent now."""
    transfer = ring.transfer
    if ring.status == RingStatus.ACCEPTED:
        sight = {
            TransferStatus.ACCEPTED: Sight.ACCEPTED,
            TransferStatus.CONNECTED: Sight.CONNECTED,
            TransferStatus.DROPPED: Sight.DROPPED,
        }.get(TransferStatus(transfer.status), Sight.OVER)
        return Console(sight, ring, told_by(transfer), transfer.end_reason)
    is_ringing = ring.status == RingStatus.RINGING and transfer.status == TransferStatus.RINGING
    if is_ringing and ring.ends_at - at > timedelta():
        return Console(Sight.RINGING, ring, told_by(transfer))
    return Console(Sight.OVER, ring, told_by(transfer), ended_words(ring))
