"""What the live-transfer desk does when something else happens to its leads and people."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.db.models import Q
from django.dispatch import receiver

from handoff.errors import RingOver, TransferUnderWay
from handoff.live import auditing  # noqa: F401  # registers the audit
from handoff.live.connecting import cancel, drop
from handoff.live.ladder import go_on
from handoff.live.moves import end_rings, locked
from handoff.live.telling import settle_tasks
from handoff.models import Handoff, LiveTransfer, Ring
from handoff.models.transfers import DropReason, LiveTransferQuerySet
from handoff.signals import handoff_opened
from handoff.states import Method, RingStatus, TransferStatus
from teams.leaving import GrewMeanwhile, Leaving, Plan
from teams.models import Membership, Role
from teams.models.presence import Ended
from teams.people import RoleInUse
from teams.presence import go_off_call
from teams.signals import going_off_call, leaving_previewed, member_leaving, role_changing

HANDED_OFF = "The lead was handed off another way."


@receiver(handoff_opened, dispatch_uid="handoff.live.stop_ringing")
def stop_ringing(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Ring nobody for a lead that somebody has by now, nor ask anybody to call about a transfer.

    An agent who has accepted is not passed over.
    """
    transfers = LiveTransfer.objects.filter(lead=handoff.lead).select_related("agent__user", "lead")
    if not transfers:
        return
    settle_tasks(handoff.lead, at=at)
    transfer = next((each for each in transfers if each.is_under_way), None)
    if transfer is None or handoff.method == Method.LIVE:
        return
    if transfer.status == TransferStatus.ACCEPTED:
        raise TransferUnderWay(transfer)
    try:
        cancel(transfer=transfer, actor=None, reason=HANDED_OFF, at=at)
    except RingOver:  # it was answered, or rang out, since we looked
        transfer.refresh_from_db()
        if transfer.is_under_way:
            raise TransferUnderWay(transfer) from None


@receiver(leaving_previewed, dispatch_uid="handoff.live.preview_leaving")
def say_what_ends(*, leaving: Leaving, **_: Any) -> list[Plan]:
    """Say which live transfers end with who leaves."""
    member = leaving.member
    names = [transfer.lead.name for transfer in _under_way_of(member).select_related("lead").order_by("pk")]
    what = "live transfer under way" if len(names) == 1 else "live transfers under way"
    rings = Ring.objects.ringing().filter(agent=member).count() if member.is_agent else 0
    return [
        Plan(what, len(names), "Over: the client stays with who is on the phone. Better wait a minute.", names),
        Plan("ring" if rings == 1 else "rings", rings, "Called off: the next agent is rung."),
    ]


@receiver(member_leaving, dispatch_uid="handoff.live.leave")
def ring_no_more(*, leaving: Leaving, **_: Any) -> None:
    """Whoever leaves is rung no more, and holds no client."""
    member, at = leaving.member, leaving.at
    for transfer in _under_way_of(member).select_related("lead").order_by("pk"):
        try:
            _end(transfer, leaving)
        except RingOver:  # it was answered since we looked
            raise GrewMeanwhile(f"A live transfer of {member.user} has just moved on. Try once more.") from None
    go_off_call(member=member, because=Ended.LEFT, at=at)


@receiver(role_changing, dispatch_uid="handoff.live.change_role")
def ring_agents_only(*, membership: Membership, role: Role, at: datetime, **_: Any) -> None:
    """Who has a client on the phone keeps their role until that is over; who is no agent any more is not rung."""
    if _under_way_of(membership).exists():
        raise RoleInUse(f"{membership.user} is in a live transfer right now. Wait until it is over.")
    if role != Role.AGENT:
        go_off_call(member=membership, at=at)


@receiver(going_off_call, dispatch_uid="handoff.live.off_call")
def ring_the_next(*, member: Membership, at: datetime, **_: Any) -> None:
    """End the rings of who goes off call: where nobody else rings, the next one does, at once."""
    rung = Ring.objects.ringing().filter(agent=member).order_by("transfer")
    for pk in list(rung.values_list("transfer", flat=True)):
        transfer = locked(pk)
        if end_rings(transfer, to=RingStatus.CALLED_OFF, only=Q(agent=member), at=at):
            go_on(transfer, at=at)


def _end(transfer: LiveTransfer, leaving: Leaving) -> None:
    at, why = leaving.at, leaving.why
    if transfer.status == TransferStatus.ACCEPTED:
        reason = DropReason.AGENT_GONE if transfer.agent_id == leaving.member.pk else DropReason.OTHER
        drop(transfer=transfer, actor=None, reason=reason, note=why, at=at)
    else:
        cancel(transfer=transfer, actor=None, reason=why, at=at)


def _under_way_of(member: Membership) -> LiveTransferQuerySet:
    """Return the transfers under way that the member requested or accepted."""
    return LiveTransfer.objects.under_way().filter(Q(setter=member) | Q(agent=member))
