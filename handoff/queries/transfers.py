"""A live transfer as the ISA sees it: who rings, who passed and why, who is next, and what to say now."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Any

from handoff.live.standby import rang_out
from handoff.models import LiveTransfer, Ring, TransferEvent
from handoff.models.transfers import DropReason
from handoff.scripts import Script, script
from handoff.states import RingStatus, TransferStatus
from leads.models import Lead
from teams.models import Membership
from teams.models.transfers import RingWay

#: So long the panel says how the last transfer ended.
REMEMBERED = timedelta(hours=2)
#: What a ring's end is to the ISA.
WORDS = {
    RingStatus.RINGING: "Rings",
    RingStatus.ACCEPTED: "Accepted",
    RingStatus.MISSED: "Did not answer",
    RingStatus.TAKEN: "Not needed any more",
    RingStatus.CALLED_OFF: "Called off",
}
#: Why the ISA drops a transfer; that nobody said anything is not for them to say.
DROP_REASONS = [(value, label) for value, label in DropReason.choices if value != DropReason.NOBODY_SAID]


@dataclass(frozen=True, slots=True)
class Rung:
    """One agent of the ladder, and how it stands with them. ``state``: a RingStatus, "next" or "later"."""

    name: str
    state: str
    words: str
    reasons: str
    rung_at: datetime | None = None
    ends_at: datetime | None = None
    agent: Membership | None = None

    @property
    def seconds(self) -> int:
        """How long they are rung."""
        return round((self.ends_at - self.rung_at) / timedelta(seconds=1)) if self.ends_at and self.rung_at else 0


@dataclass(frozen=True, slots=True)
class Live:
    """A transfer under way."""

    transfer: LiveTransfer
    rungs: list[Rung]
    left_out: list[tuple[str, str]]
    script: Script | None
    mark: str

    @property
    def is_ringing(self) -> bool:
        """Whether nobody has accepted yet."""
        return self.transfer.status == TransferStatus.RINGING

    @property
    def is_second_round(self) -> bool:
        """Whether those who were rung one by one are all rung at once now."""
        transfer = self.transfer
        return self.is_ringing and transfer.is_last_rung and transfer.way == RingWay.ONE_BY_ONE

    @property
    def ringing(self) -> list[Rung]:
        """Who is rung this moment."""
        return [each for each in self.rungs if each.state == RingStatus.RINGING]


@dataclass(frozen=True, slots=True)
class Over:
    """A transfer that came to nothing."""

    transfer: LiveTransfer
    what: str
    words: str
    rungs: list[Rung]
    #: Everybody was rung a moment ago, and nobody took the call.
    rang_out: bool

    @property
    def is_hung_up(self) -> bool:
        """Whether the client is not on the phone any more."""
        return self.transfer.drop_reason == DropReason.CLIENT_GONE

    @property
    def is_stopped(self) -> bool:
        """Whether the client hung up, or the ringing was stopped by hand: another transfer is not what comes next."""
        return self.is_hung_up or self.transfer.status == TransferStatus.CANCELLED


def newest_transfer(lead: Lead) -> LiveTransfer | None:
    """Return the lead's latest transfer, with who took part and the lead and team that are loaded already."""
    found = LiveTransfer.objects.filter(lead=lead).select_related("agent__user", "agent__profile", "setter__user")
    transfer = found.order_by("-pk").first()
    if transfer:
        transfer.lead, transfer.team = lead, lead.team
    return transfer


def mark_of(transfer: LiveTransfer, rings: Iterable[Ring]) -> str:
    """Return what a page that shows the transfer as it is now may say, so as not to be drawn again."""
    states = [f"{ring.pk}{ring.status[:2]}{'s' if ring.shown_at else ''}" for ring in rings]
    noted = {"told": transfer.told_name_at, "talks": transfer.talks_at, "asked": transfer.asked_at}
    said = [word for word, at in noted.items() if at]
    return "-".join([str(transfer.pk), transfer.status, str(transfer.rung), *said, *states])


def is_as_shown(lead: Lead, mark: str) -> bool:
    """Tell whether nothing has changed since a page got this mark. Two queries at most."""
    transfer = LiveTransfer.objects.under_way().filter(lead=lead).first()
    return transfer is not None and mark == mark_of(transfer, transfer.rings.all())


def live(transfer: LiveTransfer) -> Live:
    """Return the transfer as it stands. The script follows its state."""
    rings = _rings(transfer)
    name = "live_hold" if transfer.status == TransferStatus.RINGING else "live_introduction"
    return Live(
        transfer=transfer,
        rungs=_rungs(transfer, rings),
        left_out=[(each["name"], each["removed_by"]) for each in transfer.ladder if each["removed_by"]],
        script=script(name, lead=transfer.lead, agent=transfer.agent, team=transfer.team),
        mark=mark_of(transfer, rings),
    )


def over(transfer: LiveTransfer | None, *, at: datetime) -> Over | None:
    """Return how the last transfer came to nothing, while that is news."""
    if transfer is None or transfer.is_under_way or not transfer.ended_at or transfer.ended_at <= at - REMEMBERED:
        return None
    whom = transfer.agent.user.name if transfer.agent else ""
    what = {
        TransferStatus.EXPIRED: "Nobody took the call",
        TransferStatus.CANCELLED: "The live transfer was called off",
        TransferStatus.DROPPED: f"The live transfer to {whom} was dropped{_by(transfer)}",
    }.get(TransferStatus(transfer.status))
    if what is None:
        return None
    rungs = _rungs(transfer, _rings(transfer))
    return Over(transfer, what, transfer.end_reason, rungs, rang_out=rang_out(transfer, at=at))


def _by(transfer: LiveTransfer) -> str:
    """Name who ended it, unless nobody did."""
    if transfer.status != TransferStatus.DROPPED:
        return ""
    last = TransferEvent.objects.filter(transfer=transfer, to=TransferStatus.DROPPED).select_related("actor__user")
    event = last.first()
    return f" by {event.actor.user.name}" if event and event.actor else ""


def transfer_of(member: Membership, *, or_over: int | None = None) -> LiveTransfer | None:
    """Return the transfer that this member has asked for and that is under way; else, of theirs, ``or_over``."""
    mine = LiveTransfer.objects.filter(setter=member).select_related("lead", "agent__user").order_by("-pk")
    return mine.under_way().first() or (mine.filter(pk=or_over).first() if or_over else None)


def _rings(transfer: LiveTransfer) -> list[Ring]:
    return list(transfer.rings.select_related("agent__user", "agent__profile"))


def _rungs(transfer: LiveTransfer, rings: Iterable[Ring]) -> list[Rung]:
    """Return everybody who was or may be rung, best first; who came on call meanwhile stands last."""
    latest = {ring.agent_id: ring for ring in rings}
    ladder = [each for each in transfer.ladder if not each["removed_by"] or each["agent"] in latest]
    known = {each["agent"]: each for each in ladder}
    ahead = [pk for pk in known if pk not in latest] if transfer.status == TransferStatus.RINGING else []
    waiting = Membership.objects.select_related("user", "profile").in_bulk(ahead)
    found: list[Rung] = []
    for agent in [*known, *(pk for pk in latest if pk not in known)]:
        entry = known.get(agent, {"reasons": []})
        if ring := latest.get(agent):
            found.append(_of_ring(ring, entry))
        elif transfer.status == TransferStatus.RINGING:
            is_next = not any(each.state == "next" for each in found)
            state, words = ("next", "Next") if is_next else ("later", "Then")
            found.append(Rung(entry["name"], state, words, _gist(entry), agent=waiting.get(agent)))
    return found


def _of_ring(ring: Ring, entry: dict[str, Any]) -> Rung:
    status = RingStatus(ring.status)
    if status == RingStatus.PASSED:
        said = [each for each in (ring.get_pass_reason_display(), ring.note) if each]
        words = f"Passed: {' · '.join(said)}" if said else "Passed"
    elif status == RingStatus.RINGING and ring.shown_at:
        words = "Has it on screen"
    else:
        words = WORDS[status]
    return Rung(ring.agent.user.name, status, words, _gist(entry), ring.rung_at, ring.ends_at, ring.agent)


def _gist(entry: dict[str, Any]) -> str:
    return " · ".join(entry["reasons"][:2])
