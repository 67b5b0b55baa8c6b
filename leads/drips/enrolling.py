"""Who is enrolled in a drip, and who cannot be and why: one rule for the page, the list, the API and the stage."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime

from django.db import transaction

from leads.contacts import primary_email
from leads.drips.planning import first_due, plan
from leads.models import DripSequence, DripStep, Enrolment, Lead
from leads.stage_names import stage_label
from leads.stages import Refused
from leads.states import Stage
from leads.timeline import record
from notifications.bulk import NO_ADDRESS, hindrances
from teams.models import Membership

#: Where nobody has the lead yet, or again. In other stages an agent writes to them, or nobody does.
STAGES = frozenset({Stage.NEW, Stage.CONTACTING, Stage.NURTURE, Stage.QUALIFIED, Stage.NO_SHOW})
#: How many leads are enrolled at once.
MOST = 500


class NotEnrolled(Refused):
    """This lead cannot be enrolled; the words say why and what to do."""


class NotReady(Refused):
    """Nobody can be enrolled in this drip as it is; the words say what it lacks."""


def enrol(*, lead: Lead, sequence: DripSequence, actor: Membership | None, at: datetime) -> Enrolment:
    """Enrol one lead. ``actor`` is None where nobody pressed: a stage did. Raises NotEnrolled, NotReady."""
    enrolled, refused = enrol_all(leads=[lead], sequence=sequence, actor=actor, at=at)
    if not enrolled:
        raise NotEnrolled(refused[lead.pk])
    return enrolled[0]


@transaction.atomic
def enrol_all(
    *, leads: Sequence[Lead], sequence: DripSequence, actor: Membership | None, at: datetime
) -> tuple[list[Enrolment], dict[int, str]]:
    """Enrol all that can be; return their enrolments, and why the others cannot, by lead. Raises NotReady.

    The leads are locked, by rising id, and then the sequence: a handoff that opens meanwhile, or somebody who switches
    the drip off, comes before or after, and stops what is there.
    """
    now = list(
        Lead.objects.select_for_update(of=("self",), no_key=True)
        .filter(pk__in=[lead.pk for lead in leads])
        .select_related("team")
        .prefetch_related("emails")
        .order_by("pk")
    )
    sequence = (
        DripSequence.objects.select_for_update(of=("self",), no_key=True).select_related("team").get(pk=sequence.pk)
    )
    step = first_step(sequence)
    against = reasons_against(sequence, now)
    enrolled = Enrolment.objects.bulk_create(
        Enrolment(sequence=sequence, lead=lead, by=actor, started_at=at) for lead in now if lead.pk not in against
    )
    for enrolment in enrolled:
        plan(enrolment, step, due_at=first_due(step, zone_name=enrolment.lead.zone, at=at))
        record(lead=enrolment.lead, kind="drip", summary=f"Drip “{sequence.name}” started", actor=actor, at=at)
    return enrolled, against


def first_step(sequence: DripSequence) -> DripStep:
    """Return the mail that comes first. Raises NotReady where no drip may start."""
    if not sequence.team.postal_address:
        raise NotReady(NO_ADDRESS)
    if not sequence.is_on:
        raise NotReady(f"“{sequence.name}” is switched off: switch it on first.")
    step = DripStep.objects.filter(sequence=sequence, removed_at=None).first()
    if step is None:
        raise NotReady(f"“{sequence.name}” has no mail yet: write one first.")
    return step


def reasons_against(sequence: DripSequence, leads: Sequence[Lead]) -> dict[int, str]:
    """Say of each lead that cannot be enrolled why, in two queries. Reads ``team`` and ``emails`` as prefetched."""
    pks = [lead.pk for lead in leads]
    running = set(Enrolment.objects.running().filter(sequence=sequence, lead__in=pks).values_list("lead_id", flat=True))
    mails = hindrances(sequence.team, [primary_email(lead) for lead in leads])
    reasons = {}
    for lead in leads:
        if lead.team_id != sequence.team_id or lead.merged_into_id:
            reasons[lead.pk] = "This lead is not on your list any more."
        elif lead.pk in running:
            reasons[lead.pk] = f"“{sequence.name}” is running for them already."
        elif lead.stage not in STAGES:
            reasons[lead.pk] = f"They are at {stage_label(lead.team, lead.stage)}: drips are for leads no agent has."
        elif why := mails[primary_email(lead)]:
            reasons[lead.pk] = why
    return reasons
