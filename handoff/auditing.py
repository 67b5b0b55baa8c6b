"""What an open handoff owes, looked for from outside: the second pair of eyes on the processor and on every change.

The verbs write the handoff and all that it owes in one transaction, so whatever is missing here was never written, and
no sweep could find it by its rows.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any, Final

from django.db.models import (
    DateTimeField,
    Exists,
    ExpressionWrapper,
    F,
    IntegerField,
    OuterRef,
    Q,
    QuerySet,
    TextField,
    Value,
)
from django.db.models.fields.json import KT
from django.db.models.functions import Cast, Coalesce
from django.db.models.lookups import GreaterThan

from handoff.confirmation.steps import AT_MOST_EARLIER, TERMS, UNCONFIRMED
from handoff.due import ASK, OVERDUE
from handoff.guests import CLIENT_SEQUENCE
from handoff.models import Handoff, LiveTransfer, OwnerChange
from handoff.models.handoffs import ABOUT
from handoff.states import AppointmentStatus, ClientAnswer, Method, TransferStatus
from handoff.telling import OPENED, REASSIGNED
from notifications.models import Delivery, Timer
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises.audit import audited
from notifications.promises.owed import State

RECENT: Final = timedelta(days=7)  # older ones were looked at ten thousand times
SHOWN: Final = 50

#: Columns of ``_judged``: what they find missing, in words.
WORDS: Final = {
    "lacks_owner": "a change of owner to its agent",
    "lacks_agent_mail": "a mail to its agent",
    "lacks_client_mail": "a mail to the client",
    "lacks_agent_invite": "its agent's invite to the time as it is now",
    "lacks_client_invite": "the client's invite to the time as it is now",
    "lacks_question": "the question about the outcome",
    "lacks_deadline": "the deadline of the outcome",
    "lacks_reminder": "the reminders that its client was promised",
    "lacks_booking": "a booked appointment with its agent",
    "lacks_transfer": "the live transfer that it came of",
}


@audited
def what_handoffs_lack(at: datetime) -> Iterator[str]:
    """Name what the recent open handoffs owe and is not there. One statement sees one moment: nothing half written."""
    for handoff in _judged(at=at)[:SHOWN]:
        lacks = [words for name, words in WORDS.items() if handoff[name]]
        yield f"Handoff {handoff['pk']} owes {', '.join(lacks)}, and there is none."


def _judged(*, at: datetime) -> QuerySet[Handoff, dict[str, Any]]:
    """Return those that lack something, each with what."""
    mails = Delivery.objects.filter(about=ABOUT, channel=ChannelKind.EMAIL)
    invites = mails.exclude(state=State.DROPPED).alias(
        uid=KT("invite__uid"), method=KT("invite__method"), sequence=Cast(KT("invite__sequence"), IntegerField())
    )
    invites = invites.filter(uid=OuterRef("appointment__uid"), method="REQUEST")
    current = invites.filter(sequence=OuterRef("appointment__sequence"))
    timers = Timer.objects.filter(about=ABOUT, called_off_at=None)
    to_agent, to_client = Q(recipient=OuterRef("agent")), Q(audience=Audience.CLIENT)

    # Nobody writes to one who has left, nor to a client whose address was not read back.
    is_here = Q(agent__ended_at=None, agent__user__is_active=True)
    has_address = ~Q(client_email="")
    has_time, is_to_come = Q(appointment__isnull=False), Q(appointment__starts_at__gt=at)
    owners = OwnerChange.objects.filter(handoff=OuterRef("pk"), to=OuterRef("agent"))
    connected = LiveTransfer.objects.filter(status=TransferStatus.CONNECTED)
    told = invites.filter(to_client, sequence__gte=OuterRef("client_sequence"))
    lacks: dict[str, Any] = {
        "lacks_owner": ~Exists(owners),
        "lacks_agent_mail": is_here & ~Exists(mails.filter(to_agent, kind__in=(OPENED, REASSIGNED))),
        "lacks_client_mail": has_address & ~Exists(mails.filter(to_client)),
        "lacks_agent_invite": is_here & has_time & ~Exists(current.filter(to_agent)),
        "lacks_client_invite": has_address & is_to_come & ~Exists(told),
        "lacks_question": ~Exists(timers.filter(kind=ASK)),
        "lacks_deadline": ~Exists(timers.filter(kind=OVERDUE, due_at=OuterRef("outcome_due_at"))),
        "lacks_reminder": is_to_come & _lacks_step(timers, at=at),
        "lacks_transfer": Q(method=Method.LIVE) & ~Exists(connected.filter(handoff=OuterRef("pk"))),
        "lacks_booking": has_time & ~Q(appointment__status=AppointmentStatus.BOOKED, appointment__agent=F("agent")),
    }
    recent = Handoff.objects.open().filter(opened_at__gt=at - RECENT)
    left_at = Cast(KT(f"facts__terms__{CLIENT_SEQUENCE}"), IntegerField())
    recent = recent.alias(
        client_email=Coalesce(KT("facts__terms__client_email"), Value(""), output_field=TextField()),
        client_sequence=Coalesce(left_at, F("appointment__sequence")),
    )
    lacking = recent.annotate(**lacks).exclude(**dict.fromkeys(WORDS, False)).order_by("pk")
    judged: QuerySet[Handoff, dict[str, Any]] = lacking.values("pk", *WORDS)
    return judged


def _lacks_step(timers: QuerySet[Timer], *, at: datetime) -> Q:
    """Whether a step before the meeting is missing that was surely still to come when it was set.

    A handoff without such terms was opened by a release that had no reminders.
    """
    lacks = Q()
    for kind, (name, unit) in TERMS.items():
        ahead = Coalesce(Cast(KT(f"facts__terms__{name}"), IntegerField()), Value(0))
        latest = ExpressionWrapper(Value(at + AT_MOST_EARLIER) + ahead * Value(unit), output_field=DateTimeField())
        is_owed = Q(GreaterThan(ahead, Value(0)), appointment__starts_at__gt=latest)
        if kind == UNCONFIRMED:  # called off by who confirms
            is_owed &= ~Q(appointment__client_answer=ClientAnswer.CONFIRMED)
        lacks |= is_owed & Q(~Exists(timers.filter(kind=kind, fired_at=None)))
    return lacks
