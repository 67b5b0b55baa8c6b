"""What this room does when another announces something. All of it happens in the announcer's transaction."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from handoff import auditing, due, ownership, readiness, unread  # noqa: F401  # registers timers, promise and audit
from handoff import leaving as moving
from handoff.busy import reading  # noqa: F401  # registers the promise to read calendars
from handoff.confirmation import reminding, replying  # noqa: F401  # registers reminders, listens to calendars
from handoff.corrections import use_address, use_texts
from handoff.cover import asking  # noqa: F401  # registers the timer of requests for cover
from handoff.errors import HandoffOpen
from handoff.household import follow_household
from handoff.locks import lock_lead
from handoff.merging import bring_together
from handoff.models import Handoff
from handoff.processor import open_handoff
from handoff.signals import handoff_opened
from handoff.telling import tell_recording_arrived
from handoff.time_off import clashes, follow_time_off, stop_asking
from handoff.triggers import (
    handoff_under_way,
    is_trigger_tag,
    is_under_way,
    leaves_agent,
    method_for,
    stage_for_tag,
)
from leads.drips.stopping import stop_for
from leads.models import Lead, Recording, StageChange
from leads.models.drips import Why
from leads.models.recordings import RecordingKind
from leads.signals import (
    answers_changed,
    email_confirmed,
    household_changed,
    leads_merged,
    recording_changed,
    stage_changed,
    tag_added,
    texts_agreed,
)
from leads.stages import change_stage
from leads.states import Via
from teams.leaving import Leaving, Plan
from teams.models import Membership, Role, TimeOff
from teams.people import RoleInUse
from teams.signals import (
    leaving_previewed,
    member_leaving,
    role_changing,
    time_off_clashes,
    time_off_ending,
    time_off_noted,
)
from teams.time_off import Clash, Span


@receiver(stage_changed, dispatch_uid="handoff.open_on_stage")
def open_on_stage(*, change: StageChange, **_: Any) -> None:
    """Open the handoff that this change starts. A closed gate raises, and so undoes the change.

    So does a handoff that the change would leave behind: the verbs that end one have ended it by now.
    """
    if leaves_agent(change) and (there := handoff_under_way(change.lead)):
        raise HandoffOpen(there)
    if method := method_for(change):
        open_handoff(change=change, method=method, at=change.at)


@receiver(handoff_opened, dispatch_uid="handoff.stop_drips")
def stop_drips(*, handoff: Handoff, at: datetime, **_: Any) -> None:
    """Let nothing go on writing to a client whom an agent has; the handoff shows it as a receipt."""
    stop_for(lead=handoff.lead, why=Why.HANDED_OFF, at=at, about=handoff.about)


@receiver(recording_changed, dispatch_uid="handoff.tell_of_recording")
def tell_of_recording(*, lead: Lead, recording: Recording, was: RecordingKind | None, at: datetime, **_: Any) -> None:
    """Tell the agent that the call they were promised can be listened to."""
    has_arrived = was == RecordingKind.TO_FOLLOW and recording.kind == RecordingKind.LINK
    if has_arrived and (handoff := handoff_under_way(lead)):
        tell_recording_arrived(handoff, recording, at=at)


@receiver(time_off_noted, dispatch_uid="handoff.follow_time_off")
def ask_agent_who_is_away(*, time_off: TimeOff, was: Span | None, at: datetime, **_: Any) -> None:
    """Time off does not move a meeting: a person does, so a person is asked."""
    follow_time_off(time_off=time_off, was=was, at=at)


@receiver(time_off_ending, dispatch_uid="handoff.stop_asking")
def ask_no_more(*, time_off: TimeOff, at: datetime, **_: Any) -> None:
    """Whoever is there after all has nothing to settle."""
    stop_asking(time_off=time_off, at=at)


@receiver(time_off_clashes, dispatch_uid="handoff.clashes")
def say_what_stands(*, membership: Membership, reader: Membership, at: datetime, **_: Any) -> list[Clash]:
    """Say which appointments lie in the agent's time off."""
    return clashes(agent=membership, reader=reader, at=at)


@receiver(leaving_previewed, dispatch_uid="handoff.preview_leaving")
def say_what_moves(*, leaving: Leaving, **_: Any) -> list[Plan]:
    """Say what would become of the handoffs of somebody who leaves."""
    return moving.plans(leaving)


@receiver(member_leaving, dispatch_uid="handoff.pass_on")
def pass_on_handoffs(*, leaving: Leaving, **_: Any) -> None:
    """Leave no handoff with somebody who leaves."""
    moving.pass_on(leaving)


@receiver(role_changing, dispatch_uid="handoff.keep_agents_of_handoffs")
def keep_agents_of_handoffs(*, membership: Membership, role: Role, **_: Any) -> None:
    """Whoever has handoffs under way stays an agent: the pages they need are an agent's."""
    if role != Role.AGENT and (reason := moving.why_role_is_in_use(membership)):
        raise RoleInUse(reason)


@receiver(email_confirmed, dispatch_uid="handoff.use_confirmed_address")
def use_confirmed_address(*, lead: Lead, address: str, actor: Membership | None, at: datetime, **_: Any) -> None:
    """Mail the client where they have just said that they are to be mailed."""
    use_address(lead=lead, address=address, actor=actor, at=at)


@receiver(texts_agreed, dispatch_uid="handoff.use_texts")
def text_from_now_on(*, lead: Lead, number: str, at: datetime, **_: Any) -> None:
    """Text the client what until now had to be told by a call."""
    use_texts(lead=lead, number=number, at=at)


@receiver(household_changed, dispatch_uid="handoff.follow_household")
def ask_the_household(*, lead: Lead, at: datetime, **_: Any) -> None:
    """Ask to the appointment whoever decides with the client now."""
    follow_household(lead=lead, at=at)


@receiver(answers_changed, dispatch_uid="handoff.end_overrides")
def end_overrides(*, lead: Lead, names: frozenset[str], actor: Membership | None, at: datetime, **_: Any) -> None:
    """Take back what a team lead allowed of answers that are other ones now."""
    readiness.end_overrides(lead=lead, changed=names, actor=actor, at=at)


@receiver(leads_merged, dispatch_uid="handoff.bring_together")
def bring_handoffs_together(*, survivor: Lead, other: Lead, at: datetime, **_: Any) -> None:
    """Let the handoffs of two leads that are one person stand on one lead. Two open ones raise."""
    bring_together(survivor=survivor, other=other, at=at)


@receiver(tag_added, dispatch_uid="handoff.open_on_tag")
def open_on_tag(*, lead: Lead, name: str, actor: Membership | None, at: datetime, **_: Any) -> None:
    """Move the lead on when a trigger tag is put on it, through the one door to stages, and so through the gate."""
    if not is_trigger_tag(lead.team, name):
        return
    locked = lock_lead(lead)
    if is_under_way(locked):
        return
    to = stage_for_tag(locked, at=at)
    change_stage(lead=locked, to=to, actor=actor, via=Via.TAG, at=at, data={"tag": name})
    lead.stage, lead.stage_at = locked.stage, locked.stage_at
