"""Corrections of what was reported: every version is kept, and all that hangs on the outcome follows legally."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Unpack

from django.db import transaction

from handoff import words
from handoff.asked import settle_questions
from handoff.locks import lock_lead
from handoff.models import Appointment, Deal, FormerOutcome, Handoff, Outcome
from handoff.models.outcomes import Showed
from handoff.outcomes import BECOMES, NotOpen, NotYours, OutcomeRefused, give_back, move_lead
from handoff.ownership import owe_owner
from handoff.reports import InvalidOutcome, Report, Said, checked
from handoff.routing.credits import credit_for_outcome
from handoff.signals import outcome_recorded
from handoff.states import HandoffStatus
from handoff.telling import nudge_soon
from leads.ownership import give_lead
from leads.stage_names import stage_label
from leads.states import Stage, Via
from leads.timeline import record
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import owe_member
from teams.models import Membership
from teams.policy import policy_of

LONGEST_WHY = 300
#: Where nobody is who was never met.
BEYOND_MEETING = (Stage.SIGNED, Stage.UNDER_CONTRACT, Stage.CLOSED)


class CannotCorrect(OutcomeRefused):
    """What was reported stands: too much hangs on it by now, or the time for corrections is over."""


@transaction.atomic
def correct_outcome(
    *, handoff: Handoff, why: str, actor: Membership, via: Via, at: datetime, **answers: Unpack[Said]
) -> Outcome:
    """Put another report in place of the one that stands. Saying the same again changes nothing.

    The agent may within the policy's ``correction_days`` of the report, a team lead at any time. Whether it was
    reported in time stays as it was. Raises InvalidOutcome, NotYours, NotOpen, CannotCorrect.
    """
    report = checked(answers)
    if not why.strip():
        raise InvalidOutcome({"why": ["Say why it is corrected: it is kept beside what was said before."]})
    lock_lead(handoff.lead)
    current = Handoff.objects.select_related("lead__team__policy", "appointment", "agent__user", "setter__user").get(
        pk=handoff.pk
    )
    current.team = current.lead.team
    outcome = Outcome.objects.select_related("recorded_by__user").filter(handoff=current).first()
    check_may_correct(current, actor, at=at)
    if outcome is None:
        raise NotOpen("Nothing was reported of this handoff, so there is nothing to correct.")
    was = Report.of(outcome)
    if report == was:
        return outcome
    is_turned = report.showed != was.showed
    has_gone_on = was_handed_on(current)
    if is_turned:
        _check_turn(current, was, report, has_gone_on=has_gone_on)

    former = _keep(outcome, was, why=why, actor=actor, at=at)
    _replace(outcome, report, actor=actor, via=via, at=at, currency=current.team.currency)
    current.revision += 1  # messages of before have another one: what is owed now is owed besides them
    current.credit = credit_for_outcome(report.showed)
    current.save(update_fields=["revision", "credit"])
    _tell_the_story(current, former, outcome, actor=actor, at=at)
    if not has_gone_on:
        move_lead(current, report, actor=actor, via=via, at=at)
    if is_turned:
        _turn(current, report, at=at)
    settle_questions(current, words.outcome_known(current, outcome), at=at)
    _tell(current, former, outcome, at=at)
    outcome_recorded.send(sender=Outcome, handoff=current, outcome=outcome, was=former, actor=actor, at=at)
    return outcome


def check_may_correct(handoff: Handoff, actor: Membership, *, at: datetime) -> None:
    """Raise NotYours, NotOpen or CannotCorrect unless this member can correct what was reported."""
    if actor.team_id != handoff.team_id or not (actor.pk == handoff.agent_id or actor.is_lead):
        raise NotYours("Only the agent who has this lead, or the team lead, can correct how it went.")
    if handoff.status != HandoffStatus.REPORTED or handoff.closed_at is None:
        raise NotOpen("Nothing was reported of this handoff, so there is nothing to correct.")
    days = policy_of(handoff.team).correction_days
    if not actor.is_lead and at > handoff.closed_at + timedelta(days=days):
        since = f"for {days} day{'' if days == 1 else 's'} after the report" if days else "by a team lead alone"
        raise CannotCorrect(f"It can be corrected {since}. Ask your team lead to correct it.")


def history_of(outcome: Outcome) -> list[FormerOutcome]:
    """Return what it said before, the latest first."""
    return list(outcome.former.select_related("recorded_by__user", "replaced_by__user").order_by("-pk"))


def was_handed_on(handoff: Handoff) -> bool:
    """Whether the lead has been handed off again since: then stage and owner are that handoff's business."""
    return Handoff.objects.filter(lead=handoff.lead_id, pk__gt=handoff.pk).exists()


def _check_turn(handoff: Handoff, was: Report, report: Report, *, has_gone_on: bool) -> None:
    """Refuse what the states, or what has happened since, do not allow."""
    name = handoff.lead.name
    if Showed.MOVED in {was.showed, report.showed}:
        raise CannotCorrect(
            "Moved cannot become held or missed afterwards, nor the other way round. Book the new time instead, "
            "and report on that."
        )
    if has_gone_on:
        raise CannotCorrect(
            f"{name} has been handed off again since, so whether they came to this one stays as it was reported. "
            "The other answers can be corrected."
        )
    stage = Stage(handoff.lead.stage)
    if report.showed == Showed.NO and stage in BEYOND_MEETING:
        said = stage_label(handoff.team, stage)
        raise CannotCorrect(f"{name} is at {said} by now, so this was no no-show. The other answers can be corrected.")
    if report.showed == Showed.NO and Deal.objects.filter(handoff=handoff).exists():
        raise CannotCorrect(f"A deal came of it, so {name} was there. The other answers can be corrected.")


def _keep(outcome: Outcome, was: Report, *, why: str, actor: Membership, at: datetime) -> FormerOutcome:
    return FormerOutcome.objects.create(
        **{**was.fields(currency=""), "currency": outcome.currency},
        outcome=outcome,
        recorded_by=outcome.recorded_by,
        recorded_at=outcome.recorded_at,
        via=outcome.via,
        why=why.strip()[:LONGEST_WHY],
        replaced_by=actor,
        replaced_at=at,
    )


def _replace(outcome: Outcome, report: Report, *, actor: Membership, via: Via, at: datetime, currency: str) -> None:
    said = {**report.fields(currency=currency), "recorded_by": actor, "recorded_at": at, "via": via}
    for name, value in said.items():
        setattr(outcome, name, value)
    outcome.save(update_fields=list(said))


def _turn(handoff: Handoff, report: Report, *, at: datetime) -> None:
    """Let appointment and owner follow: held and missed change places."""
    if handoff.appointment:
        was = BECOMES[Showed.YES if report.showed == Showed.NO else Showed.NO]
        Appointment.objects.filter(pk=handoff.appointment.pk, status=was).update(status=BECOMES[report.showed])
        handoff.appointment.status = BECOMES[report.showed]
    if report.showed == Showed.NO:
        give_back(handoff, report, at=at)
        return
    agent = handoff.agent
    if agent.ended_at is None and agent.user.is_active:
        owe_owner(handoff, to=agent, at=at)
        nudge_soon(handoff)
        summary = f"They met after all: {agent.user.name} owns this lead now"
        give_lead(lead=handoff.lead, to=agent, at=at, summary=summary)


def _tell_the_story(
    handoff: Handoff, former: FormerOutcome, outcome: Outcome, *, actor: Membership, at: datetime
) -> None:
    record(
        lead=handoff.lead,
        kind="outcome_corrected",
        summary=(
            f"{actor.user.name} corrected the outcome: {words.verdict(outcome)} (was: {words.verdict(former)}). "
            f"{former.why}"
        ),
        actor=actor,
        at=at,
        data={"handoff": handoff.pk, "showed": outcome.showed, "was": former.showed, "former": former.pk},
    )


def _tell(handoff: Handoff, former: FormerOutcome, outcome: Outcome, *, at: datetime) -> None:
    """Tell who set it, and the agent, of what somebody else has corrected."""
    for member, audience in ((handoff.setter, Audience.ISA), (handoff.agent, Audience.AGENT)):
        if member.pk == outcome.recorded_by_id:
            continue
        owe_member(
            member,
            kind="outcome_corrected",
            about=handoff.about,
            audience=audience,
            message=words.outcome_corrected(handoff, outcome, former),
            at=at,
            revision=handoff.revision,
            email=False,
            group=Group.OUTCOMES,
        )
