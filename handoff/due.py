"""What comes due by itself: asking for the outcome, asking again, and telling the team lead.

Timers fire in the transaction that marks them; the handlers never lock a lead (see ``handoff.locks``).
"""

from __future__ import annotations

from dataclasses import replace
from datetime import datetime, timedelta

from django.urls import reverse

from handoff import words
from handoff.confirmation.stopping import stop_confirming
from handoff.models import Handoff
from handoff.states import HandoffStatus
from handoff.terms import term
from leads.todo import add_task
from notifications.messages import Message
from notifications.models import Timer
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.owing import drop_waiting, owe_channel, owe_member
from notifications.promises.timers import Step, on_timer
from teams.models import Membership, Policy, Role
from teams.models.team import MOST_REMINDERS
from teams.policy import policy_of

ASK, REMINDER, OVERDUE = "outcome_ask", "outcome_reminder", "outcome_overdue"
#: A handoff without a time is asked about this long after it was opened.
ASK_DIRECT_AFTER = timedelta(hours=1)


def outcome_due_at(*, met_at: datetime, policy: Policy) -> datetime:
    """Return when the outcome is due: so long after they met, by the team's policy of now."""
    return met_at + timedelta(hours=policy.outcome_hours)


def reminder_kind(number: int) -> str:
    """Name a reminder by its place among those of one handoff, from 0: each is a message of its own."""
    return f"{REMINDER}_{number + 1}" if number else REMINDER


#: All that asks for an outcome: not wanted any more once it is there.
QUESTIONS = (ASK, *map(reminder_kind, range(MOST_REMINDERS)), OVERDUE)


def outcome_steps(handoff: Handoff, *, since: datetime | None = None) -> list[Step]:
    """Return the steps, by the policy that was frozen at the opening; ``handoff.timing`` sets them.

    ``since``: when the agent got a lead without an appointment, if that was after the opening.
    """
    appointment = handoff.appointment
    ask_at = appointment.ends_at if appointment else (since or handoff.opened_at) + ASK_DIRECT_AFTER
    steps = {ASK: ask_at, OVERDUE: handoff.outcome_due_at}
    for number, remind_at in enumerate(reminders_of(handoff)):
        if ask_at < remind_at < handoff.outcome_due_at:  # before the question, or after the deadline, it would be none
            steps[reminder_kind(number)] = remind_at
    return [
        Step(f"{handoff.about}|{name}", name if name in (ASK, OVERDUE) else REMINDER, handoff.about, due_at)
        for name, due_at in steps.items()
    ]


def reminders_of(handoff: Handoff) -> list[datetime]:
    """Return when the agent is reminded, in order, by the policy as it was at the opening."""
    terms = handoff.facts.get("terms") or {}
    due_at = handoff.outcome_due_at
    if "outcome_reminders" not in terms and "outcome_reminder_hours" in terms:  # opened by a release before
        return [due_at - agreed(handoff, "outcome_reminder_hours")]
    met_at = due_at - agreed(handoff, "outcome_hours")
    hours = terms.get("outcome_reminders", policy_of(handoff.team).outcome_reminders)
    return [met_at + timedelta(hours=each) for each in hours]


def agreed(handoff: Handoff, name: str) -> timedelta:
    """Return a number of hours among the handoff's terms."""
    return timedelta(hours=term(handoff, name))


@on_timer(ASK)
def ask_for_outcome(timer: Timer, *, at: datetime) -> None:
    """Ask the agent how it went, and put it on their list."""
    handoff = _open_handoff(timer)
    if handoff is None:
        return
    stop_confirming(handoff, at=at)  # whoever was to be called about it has met, or has not
    _add_outcome_task(handoff, at=at)
    if not _is_superseded(timer, at=at):
        _tell_agent(handoff, kind=ASK, message=words.outcome_ask(handoff), at=at)


@on_timer(REMINDER)
def remind_of_outcome(timer: Timer, *, at: datetime) -> None:
    """Ask once more before the deadline."""
    handoff = _open_handoff(timer)
    if handoff and not _is_superseded(timer, at=at):
        _tell_agent(handoff, kind=timer.key.rpartition("|")[2], message=words.outcome_reminder(handoff), at=at)


@on_timer(OVERDUE)
def escalate_outcome(timer: Timer, *, at: datetime) -> None:
    """Mark the handoff as overdue; agent and team leads hear of it, and the team leads get a task."""
    handoff = _open_handoff(timer)
    if handoff is None or not Handoff.objects.open().filter(pk=handoff.pk).update(outcome_overdue_at=at):
        return
    _add_outcome_task(handoff, at=at)
    _tell_agent(handoff, kind=OVERDUE, message=words.outcome_overdue(handoff, audience=Audience.AGENT), at=at)
    message = words.outcome_overdue(handoff, audience=Audience.LEAD)
    owe_channel(
        handoff.team,
        kind=OVERDUE,
        about=handoff.about,
        message=replace(message, concerns=handoff.agent_id),
        at=at,
        revision=handoff.revision,
        is_stuck=True,
        or_main=True,
    )
    leads_of_team = Membership.objects.active().filter(team=handoff.team_id, role=Role.LEAD).select_related("user")
    for lead in leads_of_team:
        owe_member(
            lead,
            kind=OVERDUE,
            about=handoff.about,
            audience=Audience.LEAD,
            message=message,
            at=at,
            revision=handoff.revision,
            chat=True,
            group=Group.OUTCOMES,
        )
        add_task(
            key=f"{handoff.about}|overdue|m{lead.pk}|r{handoff.revision}",
            assignee=lead,
            lead=handoff.lead,
            kind=OVERDUE,
            title=f"Ask {handoff.agent.user} how it went with {handoff.lead.name}",
            link=outcome_path_of(handoff),
            at=at,
            due_at=handoff.outcome_due_at,  # since when everybody waits for it, however late this is told
        )


def path_of(handoff: Handoff) -> str:
    """Return where the handoff is looked at, as a path inside Baton."""
    return reverse("handoff:brief", args=[handoff.pk])


def outcome_path_of(handoff: Handoff) -> str:
    """Return where its outcome is reported, as a path inside Baton."""
    return reverse("handoff:outcome", args=[handoff.pk])


def _open_handoff(timer: Timer) -> Handoff | None:
    found = Handoff.objects.select_related("lead", "team", "agent__user", "setter__user", "appointment")
    return found.filter(pk=int(timer.about.partition("/")[2]), status=HandoffStatus.OPEN).first()


def _is_superseded(timer: Timer, *, at: datetime) -> bool:
    """Whether a later step is due as well, as after an outage: then that one speaks, and this one says nothing.

    It may have fired already: several sweeps take whatever is due.
    """
    later = Timer.objects.filter(about=timer.about, kind__in=(REMINDER, OVERDUE), called_off_at=None)
    return later.filter(due_at__gt=timer.due_at, due_at__lte=at).exists()


def _tell_agent(handoff: Handoff, *, kind: str, message: Message, at: datetime) -> None:
    """Ask the agent, in place of a question before that has not gone out yet."""
    drop_waiting(about=handoff.about, kinds=QUESTIONS, at=at)
    owe_member(
        handoff.agent,
        kind=kind,
        about=handoff.about,
        audience=Audience.AGENT,
        message=message,
        at=at,
        revision=handoff.revision,
        chat=True,
        group=Group.OUTCOMES,
    )


def _add_outcome_task(handoff: Handoff, *, at: datetime) -> None:
    add_task(
        key=f"{handoff.about}|outcome|m{handoff.agent_id}|r{handoff.revision}",
        assignee=handoff.agent,
        lead=handoff.lead,
        kind="outcome",
        title=f"Report how it went with {handoff.lead.name}",
        link=outcome_path_of(handoff),
        at=at,
        due_at=handoff.outcome_due_at,
    )
