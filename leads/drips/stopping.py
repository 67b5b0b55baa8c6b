"""Stopping drips: what runs ends, what waits is dropped, and why is kept. All in the transaction of what stops them."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from datetime import datetime

from django.db import transaction
from django.db.models import Q

from leads.models import DripMail, Enrolment, Lead
from leads.models.drips import DripState, EnrolmentQuerySet, Why
from leads.timeline import record
from notifications.models import Delivery
from notifications.promises import endings
from notifications.promises.owed import State
from notifications.promises.timers import call_off_all
from teams.models import Membership

IN_HAND = "One mail was just being handed to the mail server."


def stop_for(
    *, lead: Lead, why: Why, at: datetime, about: str = "", actor: Membership | None = None
) -> Sequence[Enrolment]:
    """Stop every drip of this lead; ``about`` names what stops it, as room/id. Returns those stopped.

    One query where none runs.
    """
    return stop(Enrolment.objects.filter(lead=lead), why=why, at=at, about=about, actor=actor)


def stop(
    enrolments: EnrolmentQuerySet, *, why: Why, at: datetime, about: str = "", actor: Membership | None = None
) -> Sequence[Enrolment]:
    """Stop what runs of these. Returns those stopped."""
    pks = list(enrolments.running().values_list("pk", flat=True))
    return _stop(pks, why=why, at=at, about=about, actor=actor) if pks else []


@transaction.atomic
def _stop(pks: Sequence[int], *, why: Why, at: datetime, about: str, actor: Membership | None) -> Sequence[Enrolment]:
    """Timers come first: a step that is firing right now ends before, and the mail it has just owed is dropped below.

    A mail in somebody's hands is looked at once more before the mail server is asked (``notifications.channels``).
    """
    call_off_all(abouts=[f"enrolment/{pk}" for pk in pks], at=at)
    running = Enrolment.objects.running().filter(pk__in=pks).select_related("lead", "sequence").order_by("pk")
    stopped = list(running.select_for_update(of=("self",), no_key=True))
    remarks = _drop_mails(stopped, at=at, why=why)
    for enrolment in stopped:
        enrolment.state, enrolment.why, enrolment.ended_at = DripState.STOPPED, why, at
        enrolment.ended_by, enrolment.ended_about = actor, about
        enrolment.next_step = enrolment.next_at = None
        enrolment.remark = remarks[enrolment.pk]
        words = f"Drip “{enrolment.sequence.name}” stopped: {Why(why).label.lower()}"
        record(lead=enrolment.lead, kind="drip", summary=words, actor=actor, at=at, data={"enrolment": enrolment.pk})
    Enrolment.objects.bulk_update(
        stopped, ["state", "why", "ended_at", "ended_by", "ended_about", "next_step", "next_at", "remark"]
    )
    return stopped


def _drop_mails(stopped: Sequence[Enrolment], *, at: datetime, why: Why) -> dict[int, str]:
    """Drop what waits, and say of each enrolment how far it was."""
    abouts = [enrolment.about for enrolment in stopped]
    waiting = Delivery.objects.filter(about__in=abouts, state=State.WAITING)
    in_hand = set(waiting.exclude(lease_until=None).values_list("about", flat=True))
    endings.drop(waiting, at=at, answer=f"Not sent: {Why(why).label.lower()}.")
    sent = Counter(
        DripMail.objects.filter(enrolment__in=stopped)
        .exclude(Q(delivery__state=State.DROPPED) | Q(delivery__state=State.FAILED))
        .values_list("enrolment_id", flat=True)
    )
    return {
        enrolment.pk: f"{sent[enrolment.pk]} sent before." + (f" {IN_HAND}" if enrolment.about in in_hand else "")
        for enrolment in stopped
    }
