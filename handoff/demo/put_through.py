"""Clients of the demo who were put through to an agent while they were on the phone: leads and handoffs, in bulk."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from django.conf import settings
from django.templatetags.static import static

from handoff.demo import cast
from handoff.demo.callers import SOURCES, Call, complete_call
from handoff.facts import agent_facts, freeze_known, origin
from handoff.known import known_of
from handoff.models import BriefRead, Handoff, LiveTransfer, Outcome, OwnerChange
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.states import HandoffStatus, Method
from handoff.terms import frozen
from leads.models import Activity, Collaborator, Lead, LeadEmail, LeadPhone, Lpmama, Recording, Verification
from leads.models.recordings import RecordingKind
from leads.naming import sort_name
from leads.states import Stage, Via
from notifications.promises.owed import State
from teams.models import Membership
from teams.policy import policy_of

if TYPE_CHECKING:
    from handoff.demo.story import Story

MINUTE, DAY = timedelta(minutes=1), timedelta(days=1)
FIRST_NUMBER = 200
#: Why agents found them no good leads, one after another; nothing: they were.
VERDICTS = ("", "", Reason.PRICE, "", "", "", Reason.MOTIVATION, "", "")


def clients(story: Story, moments: Sequence[datetime]) -> list[Lead]:
    """Take in a lead for each moment, who has just said everything, and is ready now."""
    numbers = range(len(moments))
    calls = [complete_call(FIRST_NUMBER + number) for number in numbers]
    isas = [story.members[cast.IVY if number % 3 else cast.IAN] for number in numbers]
    leads = Lead.objects.bulk_create(
        _lead(story, call, isa, at=at) for call, isa, at in zip(calls, isas, moments, strict=True)
    )
    known = list(zip(leads, calls, strict=True))
    LeadPhone.objects.bulk_create(LeadPhone(lead=lead, number=call.phone, is_primary=True) for lead, call in known)
    LeadEmail.objects.bulk_create(LeadEmail(lead=lead, address=call.email, is_primary=True) for lead, call in known)
    Verification.objects.bulk_create(_verification(lead, call) for lead, call in known)
    Recording.objects.bulk_create(_recording(lead) for lead in leads)
    Lpmama.objects.bulk_create(Lpmama(lead=lead, **_said(call)) for lead, call in known)
    places, areas = Lpmama.areas.through, story.areas
    places.objects.bulk_create(
        places(lpmama_id=lead.pk, area=areas[name]) for lead, call in known for name in call.areas
    )
    return leads


def facts_of(lead: Lead, *, at: datetime) -> dict[str, Any]:
    """Freeze what is known of one of them."""
    assert lead.isa  # noqa: S101 - who asks for the transfer
    return freeze_known(known_of(lead), agent=None, setter=lead.isa, appointment=None, method=Method.LIVE, at=at)


def hand_off(transfers: Sequence[LiveTransfer]) -> None:
    """Give each client to the agent who accepted, who has said since how it went."""
    handoffs = Handoff.objects.bulk_create(_handoff(each) for each in transfers)
    for transfer, handoff in zip(transfers, handoffs, strict=True):
        transfer.handoff, transfer.lead.owner = handoff, handoff.agent
    OwnerChange.objects.bulk_create(_owner(each) for each in handoffs)
    BriefRead.objects.bulk_create(
        BriefRead(handoff=each, membership=each.agent, at=each.opened_at) for each in handoffs
    )
    outcomes = [_outcome(handoff, VERDICTS[number % len(VERDICTS)]) for number, handoff in enumerate(handoffs)]
    Outcome.objects.bulk_create(outcomes)
    for each in outcomes:
        each.handoff.lead.stage = Stage.MET if each.is_good else Stage.NURTURE
        each.handoff.lead.stage_at = each.recorded_at
    Lead.objects.bulk_update([each.lead for each in handoffs], ["owner", "stage", "stage_at"])
    Collaborator.objects.bulk_create(
        Collaborator(lead=each.lead, membership=member, reason=reason, created_at=each.opened_at)
        for each in handoffs
        for member, reason in ((each.setter, "setter"), (each.agent, "agent"))
    )
    Activity.objects.bulk_create(entry for each in outcomes for entry in _story(each))


def _lead(story: Story, call: Call, isa: Membership, *, at: datetime) -> Lead:
    return Lead(
        team=story.team,
        first_name=call.first,
        last_name=call.last,
        sort_name=sort_name(call.first, call.last),
        stage=Stage.QUALIFIED,
        stage_at=at,
        state="TX",
        zone=cast.ZONE,
        source=SOURCES[call.number % len(SOURCES)],
        owner=isa,
        isa=isa,
        created_at=at - DAY,
    )


def _said(call: Call) -> dict[str, Any]:
    return {**call.said, "timeframe": "now", "mortgage": "pre_approved", "mortgage_lender": "Sample Credit Union"}


def _verification(lead: Lead, call: Call) -> Verification:
    at = lead.stage_at - MINUTE
    return Verification(lead=lead, phone=call.phone, phone_at=at, email=call.email, email_at=at, by=lead.isa)


def _recording(lead: Lead) -> Recording:
    url = settings.BASE_URL + static("demo/call.mp3")
    return Recording(
        lead=lead,
        kind=RecordingKind.LINK,
        url=url,
        said_by=lead.isa,
        created_at=lead.stage_at,
        arrived_at=lead.stage_at,
    )


def _handoff(transfer: LiveTransfer) -> Handoff:
    assert transfer.agent  # noqa: S101 - one of these has accepted
    assert transfer.connected_at  # noqa: S101 - and the client was put through
    policy = policy_of(transfer.lead.team)
    return Handoff(
        team=transfer.lead.team,
        lead=transfer.lead,
        method=Method.LIVE,
        status=HandoffStatus.REPORTED,
        setter=transfer.setter,
        agent=transfer.agent,
        facts={**transfer.facts, "agent": agent_facts(transfer.agent), "terms": frozen(policy)},
        **origin(transfer.facts),
        is_hot=True,
        advised=transfer.advised,
        advice=transfer.advice,
        opened_at=transfer.connected_at,
        closed_at=transfer.connected_at + 40 * MINUTE,
        outcome_due_at=transfer.connected_at + DAY,
    )


def _owner(handoff: Handoff) -> OwnerChange:
    return OwnerChange(
        key=f"{handoff.about}|owner|m{handoff.agent_id}|r1",
        about=handoff.about,
        handoff=handoff,
        to=handoff.agent,
        due_at=handoff.opened_at,
        started_at=handoff.opened_at,
        done_at=handoff.opened_at,
        state=State.DONE,
        attempts=1,
        answer=f"{handoff.agent.user} owns this lead now.",
        responsible=handoff.setter,
    )


def _outcome(handoff: Handoff, reason: str) -> Outcome:
    assert handoff.closed_at  # noqa: S101 - these are over
    return Outcome(
        handoff=handoff,
        showed=Showed.YES,
        is_good=not reason,
        reason=reason,
        next_step=NextStep.NURTURE if reason else NextStep.SHOWINGS,
        recorded_by=handoff.agent,
        recorded_at=handoff.closed_at,
        is_on_time=True,
        via=Via.PAGE,
    )


def _story(outcome: Outcome) -> list[Activity]:
    handoff = outcome.handoff
    lead, agent, setter, at = handoff.lead, handoff.agent, handoff.setter, handoff.opened_at
    verdict = "Showed, good lead" if outcome.is_good else "Showed, not a good lead"
    told = (
        ("added", f"Lead added from {lead.source}", setter, lead.created_at),
        ("transfer", "Live transfer requested", setter, at - MINUTE),
        ("handoff", f"Handed off to {agent.user}, now", setter, at),
        ("outcome", f"{agent.user.name} reported: {verdict}", agent, outcome.recorded_at),
    )
    return [Activity(lead=lead, kind=kind, summary=words, actor=actor, at=when) for kind, words, actor, when in told]
