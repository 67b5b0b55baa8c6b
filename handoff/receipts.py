"""Receipts: what a handoff owes, in one shape, wherever it is kept."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime, timedelta
from operator import attrgetter

from handoff.confirmation.steps import EARLY, LATE
from handoff.due import ASK, OVERDUE, QUESTIONS
from handoff.guests import GUESTS
from handoff.models import Handoff, OwnerChange
from handoff.recovery.stopping import MESSAGE
from handoff.telling import CANCELLED, MOVED, REASSIGNED, RECORDED, TAKEN_BACK, TIMED, nudge_soon
from leads.models import Enrolment
from leads.timeline import record
from notifications.models import Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises.endings import retry_now
from notifications.promises.owed import Owed, State
from teams.models import Membership

#: What is posted to the channel, and mailed without an invite, by the kind of delivery.
IN_CHANNEL = {
    TIMED: "time set",
    MOVED: "new time",
    CANCELLED: "cancelled",
    REASSIGNED: "new agent",
    TAKEN_BACK: "taken back",
    OVERDUE: "outcome overdue",
    "given_up": "not delivered",
    EARLY: "reminder",
    LATE: "last reminder",
}
#: What a stopped drip is among the models of receipts.
DRIP = "drip"
#: Channels whose yes is not proof that anybody saw the message: what they say is shown beside it.
UNPROVEN = {ChannelKind.TEAMS, ChannelKind.SMS}
BY_MAIL = {
    REASSIGNED: "New agent",
    TAKEN_BACK: "Taken back",
    RECORDED: "Recording",
    GUESTS: "Who comes",
    EARLY: "Reminder",
    LATE: "Last reminder",
    **dict.fromkeys(QUESTIONS, "Outcome reminder"),
    MESSAGE: "After the no-show",
    ASK: "Outcome question",
    OVERDUE: "Outcome overdue",
}


@dataclass(frozen=True, slots=True)
class Receipt:
    """One step: what (``kind``, in words), to whom (``to``), how far (``state``), and the other side's ``answer``.

    ``code`` is the kind for programs; ``ref`` names the row for a retry: "owner-12" or "delivery-34".
    """

    kind: str
    to: str
    state: str
    due_at: datetime
    done_at: datetime | None
    attempts: int
    answer: str
    took_ms: int | None
    pk: int
    model: str
    code: str
    audience: str
    #: What “done” does not prove, where the other side tells less than that.
    caveat: str = ""

    @property
    def ref(self) -> str:
        """What names the row in addresses and in the API."""
        return f"{self.model}-{self.pk}"

    @property
    def has_story(self) -> bool:
        """Whether there are attempts to look at."""
        return self.model != DRIP

    @property
    def has_ended(self) -> bool:
        """Whether nothing more will happen by itself."""
        return self.state != State.WAITING


def receipts_of(handoff: Handoff) -> list[Receipt]:
    """Return one handoff's receipts, in the order in which they were owed; of one change, the owner's first."""
    return receipts_for([handoff])[handoff.pk]


def receipts_for(handoffs: Iterable[Handoff]) -> dict[int, list[Receipt]]:
    """Return the receipts of many handoffs by their pk, in three queries however many."""
    by_about = {handoff.about: handoff.pk for handoff in handoffs}
    found: dict[int, list[Receipt]] = {pk: [] for pk in by_about.values()}
    changes = OwnerChange.objects.filter(about__in=by_about).select_related("to__user").order_by("pk")
    deliveries = Delivery.objects.filter(about__in=by_about).defer("message").order_by("pk")
    for owed in sorted([*changes, *deliveries], key=attrgetter("created_at")):  # a stable sort: by pk where it ties
        found[by_about[owed.about]].append(receipt_for(owed))
    drips = Enrolment.objects.filter(ended_about__in=by_about).select_related("sequence", "lead").order_by("pk")
    for drip in drips:
        found[by_about[drip.ended_about]].append(_of_drip(drip))
    return found


def receipt_for(step: Owed) -> Receipt:
    """Return the receipt of one row: a change of owner, or a delivery."""
    if isinstance(step, OwnerChange):
        return _of_owner(step)
    if isinstance(step, Delivery):
        return _of_delivery(step)
    raise TypeError(f"There are no receipts of {type(step).__name__}.")


def retry(*, handoff: Handoff, ref: str, actor: Membership, at: datetime) -> bool:
    """Try a failed or waiting step again now, and say so on the timeline. Tells whether there was anything to retry."""
    model, _, number = ref.partition("-")
    sources: dict[str, type[Owed]] = {"owner": OwnerChange, "delivery": Delivery}
    if model not in sources or not number.isdecimal():
        return False
    owed = sources[model]._default_manager.filter(about=handoff.about, pk=int(number)).first()  # noqa: SLF001
    if owed is None or not retry_now(owed, at=at):
        return False
    record(lead=handoff.lead, kind="retry", summary=f"{actor.user} tried a step again", actor=actor, at=at)
    nudge_soon(handoff)
    return True


def _of_owner(change: OwnerChange) -> Receipt:
    return _receipt(change, kind="New owner", to=str(change.to.user), model="owner", code="owner", audience="owner")


def _of_drip(enrolment: Enrolment) -> Receipt:
    """A drip stops in the transaction that opens the handoff: there is no waiting, and nothing to try again."""
    at = enrolment.ended_at or enrolment.started_at
    return Receipt(
        kind=f"Drip stopped: {enrolment.sequence.name}",
        to=enrolment.lead.name,
        state=State.DONE,
        due_at=at,
        done_at=at,
        attempts=1,
        answer=enrolment.remark,
        took_ms=None,
        pk=enrolment.pk,
        model=DRIP,
        code="drip_stopped",
        audience=DRIP,
        caveat=enrolment.remark,
    )


def _of_delivery(delivery: Delivery) -> Receipt:
    return _receipt(
        delivery,
        kind=_words(delivery),
        to=_whom(delivery),
        model="delivery",
        code=delivery.kind,
        audience=delivery.audience,
        caveat=delivery.answer if delivery.channel in UNPROVEN and delivery.state == State.DONE else "",
    )


def _words(delivery: Delivery) -> str:
    if delivery.audience == Audience.CHANNEL:
        label, what = delivery.get_channel_display(), IN_CHANNEL.get(delivery.kind)
        return f"{label}: {what}" if what else f"{label} alert"
    if delivery.channel == ChannelKind.SLACK:
        return f"Slack: {BY_MAIL.get(delivery.kind, 'message').lower()}"
    if delivery.channel == ChannelKind.SMS:
        return f"Text: {what}" if (what := IN_CHANNEL.get(delivery.kind)) else "Text"
    if delivery.invite:
        return _words_of_invite(delivery, str(delivery.invite.get("method")))
    return BY_MAIL.get(delivery.kind, "Email")


def _words_of_invite(delivery: Delivery, method: str) -> str:
    """Say what it does to the calendar of whom it goes to. An agent who takes over has had no invite before."""
    if method == "CANCEL":
        return "Cancellation"
    is_known = (
        delivery.kind == MOVED
        or (delivery.kind == REASSIGNED and delivery.audience != Audience.AGENT)
        or (delivery.kind == GUESTS and delivery.audience == Audience.AGENT)
    )
    return "Updated invite" if is_known else "Invite"


def _whom(delivery: Delivery) -> str:
    if delivery.audience == Audience.CHANNEL:
        return "Team channel"
    return delivery.recipient_name or delivery.address


def _receipt(owed: Owed, **described: str) -> Receipt:
    back = owed.why_back if isinstance(owed, Delivery) and owed.came_back_at else ""
    return Receipt(
        state=State.FAILED if back else owed.state,
        due_at=owed.due_at,
        done_at=owed.done_at,
        attempts=owed.attempts,
        answer=f"Came back: {back}" if back else owed.answer,
        took_ms=_took_ms(owed),
        pk=owed.pk,
        **described,
    )


def _took_ms(owed: Owed) -> int | None:
    """Return how long it took from being owed to being done, in milliseconds."""
    if owed.state != State.DONE or owed.done_at is None or owed.done_at < owed.created_at:
        return None
    return (owed.done_at - owed.created_at) // timedelta(milliseconds=1)
