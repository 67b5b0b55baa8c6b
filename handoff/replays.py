"""What happened to one step of a handoff, attempt by attempt; and sending once more what has gone out already."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from handoff import words
from handoff.due import QUESTIONS
from handoff.models import Handoff, OwnerChange
from handoff.reaching import client_address
from handoff.receipts import Receipt, receipt_for
from handoff.states import HandoffStatus
from handoff.telling import CANCELLED, REASSIGNED, TAKEN_BACK, nudge_soon
from leads.timeline import record
from notifications.deliveries import retryable
from notifications.models import Attempt, Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises.endings import send_again as owe_again
from notifications.promises.owed import Owed, State
from teams.models import Membership

#: What stays true once a handoff has ended.
FAREWELLS = (CANCELLED, TAKEN_BACK, REASSIGNED)


class NotSentAgain(Exception):
    """This cannot go out once more; the words say why."""


@dataclass(frozen=True, slots=True)
class Try:
    """One attempt: how long it took, how it ended ("done", "failed", "running" or "cut off"), and what was answered."""

    number: int
    started_at: datetime
    took_ms: int | None
    ended: str
    answer: str


@dataclass(frozen=True, slots=True)
class Story:
    """A step with all its attempts. ``why_not``: why it is not sent again; empty where it can be."""

    receipt: Receipt
    tries: Sequence[Try]
    may_retry: bool
    why_not: str

    @property
    def may_send_again(self) -> bool:
        """Whether a person may have it sent once more."""
        return not self.why_not


def find_step(handoff: Handoff, ref: str) -> Owed | None:
    """Return the row that a receipt of this handoff names ("owner-12", "delivery-34"); None if there is none."""
    model, _, number = ref.partition("-")
    if not number.isascii() or not number.isdecimal() or len(number) > 18:
        return None
    if model == "owner":
        return OwnerChange.objects.filter(about=handoff.about, pk=int(number)).select_related("to__user").first()
    if model == "delivery":
        found = Delivery.objects.filter(about=handoff.about, pk=int(number))
        return found.select_related("recipient__user").first()
    return None


def story_of(handoff: Handoff, step: Owed, *, at: datetime) -> Story:
    """Return what became of a step. A new owner is set inside Baton: of that no attempts are written down."""
    tries = [_try(attempt, step, number) for number, attempt in enumerate(_attempts(step), start=1)]
    may_retry = step.state == State.FAILED and (not isinstance(step, Delivery) or _is_latest(step))
    return Story(receipt_for(step), tries, may_retry, why_not_again(handoff, step, at=at))


def send_again(*, handoff: Handoff, step: Owed, actor: Membership, at: datetime) -> None:
    """Send a mail that has gone out once more: the same Message-ID, UID and SEQUENCE. Raises NotSentAgain."""
    if reason := why_not_again(handoff, step, at=at):
        raise NotSentAgain(reason)
    if not owe_again(step, at=at):
        raise NotSentAgain("Somebody else has just done that.")
    whom = receipt_for(step).to
    record(lead=handoff.lead, kind="retry", summary=f"{actor.user} sent a mail to {whom} again", actor=actor, at=at)
    nudge_soon(handoff)


def why_not_again(handoff: Handoff, step: Owed, *, at: datetime) -> str:
    """Say why a step is not sent once more; nothing if it may be. What is not true any more is told to nobody."""
    if not isinstance(step, Delivery) or step.channel != ChannelKind.EMAIL:
        return "Only mails are sent again: anything else would be done twice."
    if step.state != State.DONE:
        return "It has not gone out yet." if step.state == State.WAITING else "It never went out."
    if not _is_latest(step):
        return "A later message has taken its place: send that one again."
    if _is_past(step, at):
        return "The meeting has begun."
    return _not_theirs(handoff, step)


def _not_theirs(handoff: Handoff, step: Delivery) -> str:
    if step.audience == Audience.CLIENT and step.address.lower() != client_address(handoff).lower():
        return "The client has another address now."
    guests = {guest.email.lower() for guest in words.guests_of(handoff)}
    is_cancellation = bool(step.invite) and (step.invite or {}).get("method") == "CANCEL"
    if step.audience == Audience.GUEST and not is_cancellation and step.address.lower() not in guests:
        return "They are not asked to come any more."
    if handoff.status != HandoffStatus.OPEN and step.kind not in FAREWELLS:
        return "This handoff has ended."
    if step.audience == Audience.AGENT and step.recipient_id != handoff.agent_id and step.kind != REASSIGNED:
        return "They do not have this lead any more."
    return "This question comes by itself." if step.kind in QUESTIONS else ""


def _is_past(step: Delivery, at: datetime) -> bool:
    if step.invite is None or step.invite.get("method") != "REQUEST":
        return False
    return datetime.fromisoformat(str(step.invite["starts_at"])) <= at


def _is_latest(step: Delivery) -> bool:
    """Whether no later message of its lane has replaced it."""
    return retryable(Delivery.objects.filter(pk=step.pk)).exists()


def _attempts(step: Owed) -> Sequence[Attempt]:
    return list(step.tries.order_by("pk")) if isinstance(step, Delivery) else []


def _try(attempt: Attempt, step: Owed, number: int) -> Try:
    took, ended = None, "failed"
    if attempt.ended_at is None:
        is_running = step.lease_until is not None and attempt.fence == step.fence
        ended = "running" if is_running else "cut off"
    else:
        took = max(attempt.ended_at - attempt.started_at, timedelta()) // timedelta(milliseconds=1)
        ended = "done" if attempt.succeeded else "failed"
    return Try(number, attempt.started_at, took, ended, attempt.answer)
