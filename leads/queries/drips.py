"""Drips as pages draw them: sequences with how each mail does, who is enrolled, and the card of one lead."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from django.db.models import Count, Q

from leads.contacts import primary_email
from leads.models import DripSequence, DripStep, Enrolment, Lead
from leads.models.drips import DripState, Why
from notifications.consent import mail_choice_of
from notifications.models import MailChoice
from notifications.promises.owed import State
from teams.models import Membership, Team

PAGE = 50
ON_A_CARD = 10


@dataclass(frozen=True, slots=True)
class StepFigures:
    """A mail and what came of it: how often it was sent, and after how many of them what ended the drip."""

    step: DripStep
    sent: int
    replied: int
    handed_off: int
    opted_out: int


@dataclass(frozen=True, slots=True)
class EnrolledPage:
    """Some of those enrolled, the newest first; ``older_than`` leads on, when there is more."""

    rows: Sequence[Enrolment]
    older_than: int | None


@dataclass(frozen=True, slots=True)
class Card:
    """What the lead's page says: what ran and runs, what could, and what their address said about such mail."""

    enrolments: Sequence[Enrolment]
    offered: Sequence[DripSequence]
    address: str
    said: MailChoice | None


def sequences_of(team: Team) -> list[DripSequence]:
    """The team's drips by name, each with ``mails``, ``running`` and how many ended how, in one query."""
    counted = {
        "running": Count("enrolments", filter=Q(enrolments__state=DripState.RUNNING), distinct=True),
        "finished": Count("enrolments", filter=Q(enrolments__state=DripState.FINISHED), distinct=True),
        "replied": Count("enrolments", filter=Q(enrolments__why=Why.REPLIED), distinct=True),
        "handed_off": Count("enrolments", filter=Q(enrolments__why=Why.HANDED_OFF), distinct=True),
        "mails": Count("steps", filter=Q(steps__removed_at=None), distinct=True),
    }
    return list(DripSequence.objects.filter(team=team).annotate(**counted).order_by("name"))


def figures_of(sequence: DripSequence) -> list[StepFigures]:
    """Each mail that goes out, with what came of it, in two queries."""
    sent = Count("mails", filter=Q(mails__delivery__state=State.DONE))
    steps = DripStep.objects.filter(sequence=sequence, removed_at=None).annotate(sent=sent)
    ended = Enrolment.objects.filter(sequence=sequence).exclude(why="").values("last_step", "why")
    after = Counter({(row["last_step"], row["why"]): row["number"] for row in ended.annotate(number=Count("pk"))})
    return [
        StepFigures(
            step=step,
            sent=step.sent,
            replied=after[step.pk, Why.REPLIED.value],
            handed_off=after[step.pk, Why.HANDED_OFF.value],
            opted_out=after[step.pk, Why.OPTED_OUT.value],
        )
        for step in steps
    ]


def enrolled_page(sequence: DripSequence, *, older_than: int | None = None) -> EnrolledPage:
    """Who is and was in a sequence."""
    found = Enrolment.objects.filter(sequence=sequence)
    if older_than is not None:
        found = found.filter(pk__lt=older_than)
    rows = list(_drawn(found).order_by("-pk")[: PAGE + 1])
    return EnrolledPage(rows[:PAGE], rows[PAGE - 1].pk if len(rows) > PAGE else None)


def card_of(lead: Lead, membership: Membership) -> Card:
    """The card of one lead. Reads ``emails`` as prefetched."""
    enrolments = list(_drawn(Enrolment.objects.filter(lead=lead)).order_by("-pk")[:ON_A_CARD])
    running = {each.sequence_id for each in enrolments if each.state == DripState.RUNNING}
    on = DripSequence.objects.filter(team=membership.team_id, is_on=True).exclude(pk__in=running)
    address = primary_email(lead)
    said = mail_choice_of(lead.team_id, address) if address else None
    return Card(enrolments, list(on.order_by("name")), address, said)


def _drawn(enrolments: Any) -> Any:
    return enrolments.select_related("sequence", "lead", "next_step", "last_step", "by__user", "ended_by__user")
