"""The processor: a lead's change becomes a handoff, with everything it owes, in one transaction.

Whichever door the change came through (page, tag, API), it arrives here by signal, under the lead's lock.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from django.db import transaction

from handoff.availability import calendars
from handoff.clock import seconds
from handoff.decision import Advice, advise_on
from handoff.due import outcome_due_at
from handoff.errors import NoAgent, NotReady, SlotRequired
from handoff.facts import agent_facts, freeze_known, origin
from handoff.guests import wanted_guests
from handoff.known import Known, known_of
from handoff.live.connecting import accepted_transfer
from handoff.live.standby import first_standing_by, has_rung_out, standing_by
from handoff.locks import lock_sharing
from handoff.models import Appointment, Handoff, LiveTransfer
from handoff.overpromises.promises import written_for
from handoff.ownership import owe_owner
from handoff.phrases import local_moment
from handoff.readiness import check_known
from handoff.routing.capacity import check_room, rooms, what_lacks
from handoff.routing.decisions import keep_decision
from handoff.routing.overdue import check_not_overdue
from handoff.routing.ranking import bench_gap, field_of, licence_gap
from handoff.routing.scoring import Candidate
from handoff.signals import handoff_opened
from handoff.slots import next_slots
from handoff.states import Method
from handoff.telling import tell_opened
from handoff.terms import frozen
from handoff.timing import set_timers_of
from handoff.triggers import future_appointment
from leads.collaborating import collaborate_all
from leads.models import Lead, StageChange
from leads.timeline import record
from leads.todo import team_lead_of
from leads.verification import is_email_verified
from teams.models import Membership, Policy
from teams.people import Gone, check_still_here
from teams.policy import policy_of


@dataclass(frozen=True, slots=True)
class Case:
    """All that a new handoff is made of."""

    change: StageChange
    lead: Lead
    known: Known
    method: Method
    appointment: Appointment | None
    agent: Membership
    setter: Membership
    candidates: list[Candidate]
    advice: Advice
    policy: Policy
    transfer: LiveTransfer | None


@transaction.atomic(savepoint=False)  # whoever refuses undoes the whole stage change, so a savepoint would be waste
def open_handoff(*, change: StageChange, method: Method, at: datetime) -> Handoff:
    """Open the handoff and owe all of it. A future appointment is used, whatever the trigger.

    Raises NotReady (the gate), SlotRequired (an appointment is announced but there is none), NoAgent; the stage
    change then rolls back with everything else.
    """
    transfer = accepted_transfer(change) if method == Method.LIVE else None
    appointment = None if transfer else future_appointment(change.lead, at=at)
    if appointment:
        method = Method.SCHEDULED
    elif method == Method.SCHEDULED:
        raise SlotRequired(next_slots(lead=change.lead, at=at))
    known = known_of(change.lead, also=written_for(appointment, str(change.data.get("override_reason") or "")))
    if transfer is None:  # a transfer passed the gate when it was requested; by now the client is through
        readiness = check_known(known, method=method, setter=_sets_it(appointment, change))
        if not readiness.ok:
            raise NotReady(readiness.missing)

    case = _gather(change, known, method, appointment, transfer, at=at)
    try:
        check_still_here(case.agent)
    except Gone as refusal:
        raise NoAgent(str(refusal)) from refusal
    handoff = _write(case, at=at)
    set_timers_of(handoff, at=at)
    owe_owner(handoff, to=case.agent, at=at)
    # Sight does not wait for the owner: the link in the alert has to open for both.
    collaborate_all(lead=case.lead, reasons={case.setter: "setter", case.agent: "agent"}, at=at)
    _tell_the_story(handoff, change, at=at)
    tell_opened(handoff, actor=change.actor, at=at)
    handoff_opened.send(sender=Handoff, handoff=handoff, at=at)
    return handoff


def _gather(
    change: StageChange,
    known: Known,
    method: Method,
    appointment: Appointment | None,
    transfer: LiveTransfer | None,
    *,
    at: datetime,
) -> Case:
    lead = change.lead
    policy = policy_of(lead.team)
    named = appointment.agent_id if appointment else change.data.get("agent")
    if named is None:
        lock_sharing(lead.team)
    field = field_of(lead=lead, team=lead.team, at=at)
    until = appointment.ends_at if appointment else at + timedelta(minutes=policy.appointment_minutes)
    asked: dict[str, Any] = {"agents": field.agents, "policy": policy, "at": at, "lead": lead, "moving": appointment}
    diary = calendars(start=at, end=until, **asked)
    room = rooms(start=at, end=until, diary=diary, **asked)
    span = (seconds(appointment.starts_at), seconds(appointment.ends_at)) if appointment else None
    candidates = field.ranked(span=span, diary=diary, room=room)
    ringable = [] if transfer else standing_by(field, lead=lead, ranked=field.ranked(room=room))
    if transfer and transfer.agent:
        agent = transfer.agent  # who accepted; their limits were looked at when they were rung
    else:
        agent = _named(named, candidates, change, appointment) if named else _first(candidates, lead, at=at)
    return Case(
        change=change,
        lead=lead,
        known=known,
        method=method,
        appointment=appointment,
        agent=agent,
        setter=transfer.setter if transfer else _setter(change, appointment),
        candidates=candidates,
        advice=advise_on(known, at=at, on_call=first_standing_by(ringable), rang_out=has_rung_out(lead, at=at)),
        policy=policy,
        transfer=transfer,
    )


def _named(pk: int, candidates: list[Candidate], change: StageChange, appointment: Appointment | None) -> Membership:
    """Return the agent of the slot, or who was named; the slot's limits were looked at when it was taken."""
    agent = next((each.agent for each in candidates if each.agent.pk == pk), None)
    if agent is None:
        raise NoAgent("That agent takes no handoffs in this team.")
    gap = licence_gap(agent, change.lead) or ("" if appointment else bench_gap(agent))
    if gap:
        raise NoAgent(f"{agent.user} cannot take this lead: {gap[0].lower()}{gap[1:]}.")
    if not appointment:
        policy = policy_of(change.lead.team)
        check_not_overdue(agent=agent, policy=policy, at=change.at)
        check_room(agent=agent, policy=policy, starts_at=change.at, at=change.at, lead=change.lead)
    return agent


def _first(candidates: list[Candidate], lead: Lead, *, at: datetime) -> Membership:
    """Return routing's first who has room still, now that nobody else can give them anything."""
    policy = policy_of(lead.team)
    for number, each in enumerate(candidates):
        if each.removed_by:
            continue
        lacks = what_lacks(agent=each.agent, policy=policy, starts_at=at, at=at, lead=lead)
        if not lacks:
            return each.agent
        candidates[number] = replace(each, removed_by=f"Has {lacks}")
    raise NoAgent("No agent can take this lead: " + (_why_not(candidates) or "nobody takes handoffs now."))


def _why_not(candidates: list[Candidate]) -> str:
    return "; ".join(f"{each.agent.user}: {each.removed_by}" for each in candidates)


def _sets_it(appointment: Appointment | None, change: StageChange) -> Membership | None:
    """Return who has to be allowed to set the appointment; nobody where the client chose it themselves."""
    return appointment.setter if appointment and not change.data.get("by_client") else None


def _setter(change: StageChange, appointment: Appointment | None) -> Membership:
    """Return who gets the credit: who set the slot, else the ISA who pressed, else the lead's own ISA."""
    if appointment:
        return appointment.setter
    actor, isa = change.actor, change.lead.isa
    if actor and not actor.is_agent:
        return actor
    setter = isa or actor or team_lead_of(change.lead.team_id)
    if setter is None:
        raise NoAgent("This lead has no ISA, and the team has no team lead.")
    return setter


def _write(case: Case, *, at: datetime) -> Handoff:
    met_at = case.appointment.ends_at if case.appointment else at
    facts = _facts(case, at=at)
    if case.appointment:
        case.appointment.agent = case.agent
    handoff = Handoff.objects.create(
        team=case.lead.team,
        lead=case.lead,
        method=case.method,
        setter=case.setter,
        agent=case.agent,
        appointment=case.appointment,
        stage_change=case.change,
        facts={**facts, "terms": _terms(case, facts)},
        **origin(facts),
        is_hot=case.advice.is_hot or case.transfer is not None,
        advised=case.transfer.advised if case.transfer else case.advice.method,
        advice=(case.transfer.advice if case.transfer else case.advice.reason)[:300],
        override_reason=str(case.change.data.get("override_reason") or "")[:300],
        opened_at=at,
        outcome_due_at=outcome_due_at(met_at=met_at, policy=case.policy),
    )
    keep_decision(
        handoff,
        candidates=case.candidates,
        was_named=bool(case.appointment or case.change.data.get("agent")),
        by=case.change.actor,
        at=at,
    )
    return handoff


def _facts(case: Case, *, at: datetime) -> dict[str, Any]:
    """Freeze what is known; of a transfer what the agent read before they accepted stands."""
    if case.transfer:
        return {**case.transfer.facts, "agent": agent_facts(case.agent)}
    return freeze_known(
        case.known, agent=case.agent, setter=case.setter, appointment=case.appointment, method=case.method, at=at
    )


def _terms(case: Case, facts: dict[str, Any]) -> dict[str, Any]:
    """Return the policy of now, frozen, and the address the client is mailed at if it was read back."""
    email = facts["lead"]["email"] if is_email_verified(case.known.lead) else ""
    return {
        **frozen(case.policy),
        "client_email": email,
        "guests": wanted_guests(case.lead, client_email=email, agent_email=case.agent.user.email),
        **({"by_client": True} if case.change.data.get("by_client") else {}),
    }


def _tell_the_story(handoff: Handoff, change: StageChange, *, at: datetime) -> None:
    when = "now"
    if handoff.appointment:
        when = local_moment(handoff.appointment.starts_at, handoff.team.zone)
    what = "The client chose a time with" if change.data.get("by_client") else "Handed off to"
    record(
        lead=handoff.lead,
        kind="handoff",
        summary=f"{what} {handoff.agent.user}, {when}",
        actor=handoff.setter if handoff.method == Method.LIVE else change.actor,  # the agent may have pressed it
        at=at,
        data={"handoff": handoff.pk, "method": handoff.method, "agent": handoff.agent_id},
    )
