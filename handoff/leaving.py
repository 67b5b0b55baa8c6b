"""What becomes of handoffs when their agent leaves the team: each keeps an owner, and everyone gets the right invite.

A meeting ahead goes to the successor if they are free then; otherwise it is called off and the lead goes back to who
set it, with an urgent task. A meeting that has begun cannot be given away: its outcome is the successor's to report.
"""

from __future__ import annotations

from datetime import timedelta

from django.db import transaction

from handoff.appointments import inherit, reassign, take_back
from handoff.booking import check_may_have
from handoff.errors import Refused
from handoff.locks import lock_calendars, lock_lead
from handoff.models import Appointment, Handoff, OwnerChange
from handoff.ownership import owe_owner, who_gets_it_back
from handoff.phrases import local_moment
from handoff.routing.capacity import check_room
from handoff.slots import check_free
from handoff.states import AppointmentStatus
from handoff.telling import nudge_soon
from leads.ownership import give_lead
from leads.todo import add_task
from notifications.promises.owed import State
from teams.leaving import Leaving, Plan
from teams.models import Membership
from teams.policy import policy_of

CALL_WITHIN = timedelta(hours=1)


def open_handoffs_of(member: Membership) -> list[Handoff]:
    """Return the member's handoffs under way, the nearest first, with all that is told of them."""
    related = ("lead__team__policy", "team", "agent__user", "setter__user", "appointment")
    return list(Handoff.objects.open().filter(agent=member).select_related(*related).order_by("outcome_due_at", "pk"))


def plans(leaving: Leaving) -> list[Plan]:
    """Return what would become of each handoff, without doing it."""
    to = leaving.successor.user
    moving, returning, reported = [], [], []
    handoffs = open_handoffs_of(leaving.member)
    for handoff in handoffs:
        if _has_begun(handoff, leaving):
            reported.append(_case(handoff, leaving))
        elif refusal := _why_not(handoff, leaving):
            back = _goes_back_to(handoff, leaving).user
            returning.append(f"{_case(handoff, leaving)}: back to {back}, because {_as_clause(refusal)}")
        else:
            moving.append(_case(handoff, leaving))
    owed = OwnerChange.objects.filter(to=leaving.member, state=State.WAITING).exclude(handoff__in=handoffs)
    return [
        Plan(_of(moving, "handoff"), len(moving), f"{to} meets them: new invites go out to everyone.", moving),
        Plan(
            _of(returning, "handoff") + " called off",
            len(returning),
            "Client and calendars are told, and whoever set it gets an urgent task. Reassign them first to keep them.",
            returning,
        ),
        Plan(_of(reported, "outcome") + " due", len(reported), f"{to} reports how it went.", reported),
        Plan("leads on their way to them", owed.count(), f"{to} owns them instead."),
    ]


@transaction.atomic
def pass_on(leaving: Leaving) -> None:
    """Move every open handoff of who leaves, by the verbs that people use."""
    member, to = leaving.member, leaving.successor
    lock_calendars([member.user_id, to.user_id])
    for handoff in open_handoffs_of(member):
        if _has_begun(handoff, leaving):
            inherit(handoff=handoff, to=to, why=leaving.why, actor=leaving.actor, at=leaving.at)
        elif not _reassigned(handoff, leaving):
            _return(handoff, leaving)
    _redirect_promises(leaving)
    holds = Appointment.objects.filter(agent=member, status=AppointmentStatus.HELD_SLOT)
    holds.update(status=AppointmentStatus.EXPIRED, held_until=leaving.at)


def why_role_is_in_use(member: Membership) -> str:
    """Return why this member has to stay an agent for now, or nothing."""
    count = Handoff.objects.open().filter(agent=member).count()
    if not count:
        return ""
    handoffs = "a handoff that is" if count == 1 else f"{count} handoffs that are"
    return f"{member.user} has {handoffs} under way. Reassign them, take them back or report their outcome first."


def _reassigned(handoff: Handoff, leaving: Leaving) -> bool:
    try:
        with transaction.atomic():
            current = reassign(handoff=handoff, agent=leaving.successor, actor=leaving.actor, at=leaving.at)
    except Refused:
        return False
    # Owed by the verb already; done at once as well, so that no lead waits in the hands of who is gone.
    give_lead(lead=current.lead, to=leaving.successor, at=leaving.at, summary=_owns(leaving, leaving.successor))
    return True


def _return(handoff: Handoff, leaving: Leaving) -> None:
    member, at = leaving.member, leaving.at
    met = handoff.appointment
    ended = take_back(handoff=handoff, reason=leaving.why, actor=leaving.actor, at=at)
    back_to = _goes_back_to(ended, leaving)
    owe_owner(ended, to=back_to, at=at)
    give_lead(lead=ended.lead, to=back_to, at=at, summary=_owns(leaving, back_to))
    when = f"They were to meet {local_moment(met.starts_at, back_to.user.zone)}; that is called off. " if met else ""
    add_task(
        key=f"{ended.about}|agent_left|m{member.pk}",
        assignee=back_to,
        lead=ended.lead,
        kind="agent_left",
        title=f"Call {ended.lead.name}: {member.user} has left, find another agent",
        detail=f"{when}Set a new time with another agent, or hand them over again.",
        link=ended.lead.get_absolute_url(),
        is_urgent=True,
        at=at,
        due_at=at + CALL_WITHIN,
    )


def _redirect_promises(leaving: Leaving) -> None:
    """Leads that were on their way to who leaves, of handoffs that have ended, arrive at the successor."""
    owed = OwnerChange.objects.filter(to=leaving.member, state=State.WAITING).select_related("handoff__lead")
    for promise in owed:
        handoff = promise.handoff
        handoff.lead = lock_lead(handoff.lead)
        owe_owner(handoff, to=leaving.successor, at=leaving.at)
        nudge_soon(handoff)


def _goes_back_to(handoff: Handoff, leaving: Leaving) -> Membership:
    back_to = who_gets_it_back(handoff)
    return leaving.successor if back_to.pk == leaving.member.pk else back_to


def _has_begun(handoff: Handoff, leaving: Leaving) -> bool:
    return handoff.appointment is not None and handoff.appointment.starts_at <= leaving.at


def _why_not(handoff: Handoff, leaving: Leaving) -> str:
    """Return why the successor cannot have it, or nothing: what ``reassign`` would say."""
    to, met = leaving.successor, handoff.appointment
    try:
        check_may_have(agent=to, lead=handoff.lead, at=leaving.at)
        if met:
            check_free(agent=to, starts_at=met.starts_at, ends_at=met.ends_at, at=leaving.at)
        else:
            check_room(agent=to, policy=policy_of(to.team), starts_at=leaving.at, at=leaving.at, lead=handoff.lead)
    except Refused as refusal:
        return str(refusal)
    return ""


def _case(handoff: Handoff, leaving: Leaving) -> str:
    if handoff.appointment is None:
        return handoff.lead.name
    zone = (leaving.actor or leaving.successor).user.zone
    return f"{handoff.lead.name}, {local_moment(handoff.appointment.starts_at, zone)}"


def _owns(leaving: Leaving, to: Membership) -> str:
    return f"{leaving.why}: {to.user} owns this lead now"


def _as_clause(refusal: str) -> str:
    return refusal.rstrip(".")


def _of(cases: list[str], noun: str) -> str:
    return noun if len(cases) == 1 else f"{noun}s"
