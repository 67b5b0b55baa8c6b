"""What this room does when another announces something, or when a time it set has come."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.conf import settings
from django.dispatch import receiver
from django.urls import NoReverseMatch, reverse

from leads import leaving as moving
from leads.areas import keep_as_words
from leads.mending import GIVEN_UP, cause_of
from leads.models import ImportStep, Lead, Recording
from leads.models.recordings import RecordingKind
from leads.recordings import about
from leads.todo import add_task, finish_tasks, is_open, team_lead_of
from notifications import bulk, invitations
from notifications.messages import Fact, Message
from notifications.models import Delivery, MailboxReading, Timer
from notifications.models.deliveries import Audience, ChannelKind
from notifications.owing import owe_channel
from notifications.promises.owed import Owed
from notifications.promises.signals import given_up, kept, written_off
from notifications.promises.timers import on_timer
from teams.leaving import Leaving, Plan
from teams.mailbox import what_to_do
from teams.models import Area, Membership
from teams.signals import area_removed, leaving_previewed, member_leaving
from teams.ways import WAYS


@receiver(given_up, dispatch_uid="leads.task_for_given_up")
def ask_a_person(*, owed: Owed, **_: Any) -> None:
    """Nothing ends silently: what could not be done becomes somebody's task. Tried again in vain, it is a new task."""
    assignee = _who_answers_for(owed) if owed.asks_a_person and not _is_mailed_instead(owed) else None
    if assignee is None or (not owed.asks_again and is_open(key_prefix=cause_of(owed))):
        return
    at = owed.done_at or owed.due_at
    add_task(
        key=f"{cause_of(owed)}{owed.fence}",
        assignee=assignee,
        title=_what_failed(owed),
        kind=GIVEN_UP,
        detail=_what_helps(owed),
        link=_where_to_mend(owed),
        is_urgent=True,
        at=at,
        due_at=at,
    )
    if isinstance(owed, Delivery) and owed.audience != Audience.CHANNEL:
        _tell_channel(owed, assignee, at=at)


def _tell_channel(owed: Delivery, assignee: Membership, *, at: datetime) -> None:
    """Say in the channel for what is stuck, if the team has one, what was not delivered and who sees to it."""
    page = _where_to_retry(owed.about)
    message = Message(
        title=_what_failed(owed),
        facts=(Fact("Answer", owed.answer), Fact("Task for", str(assignee.user))),
        link=f"{settings.BASE_URL}{page}" if page else "",
        link_label="Look at the receipts",
        concerns=assignee.pk,
    )
    owe_channel(owed.team, kind=GIVEN_UP, about=owed.about, message=message, at=at, revision=owed.pk, is_stuck=True)


@receiver([kept, written_off], dispatch_uid="leads.finish_task_of_kept")
def ask_no_longer(*, owed: Owed, at: datetime, **_: Any) -> None:
    """What was given up once, and is done now or not owed any more, is nobody's task."""
    finish_tasks(key_prefix=cause_of(owed), at=at)


def _is_mailed_instead(owed: Owed) -> bool:
    """Whether a member gets by mail what no text or chat could bring; whoever set it need not do anything."""
    beside = (ChannelKind.SMS, ChannelKind.SLACK)
    return isinstance(owed, Delivery) and owed.channel in beside and owed.recipient_id is not None


def _who_answers_for(owed: Owed) -> Membership | None:
    named = owed.responsible
    if named is not None and named.ended_at is None:
        return named
    if isinstance(owed, MailboxReading):
        return team_lead_of(owed.mailbox_id)
    team_id = named.team_id if named is not None else getattr(owed, "team_id", None)
    return team_lead_of(team_id) if team_id is not None else None


def _what_failed(owed: Owed) -> str:
    if isinstance(owed, MailboxReading):
        return f"Answers are not read: {what_to_do(owed.answer)}"
    if not isinstance(owed, Delivery):
        return f"{str(owed._meta.verbose_name).capitalize()} failed"  # noqa: SLF001  # Django's public name for it
    if owed.audience == Audience.CHANNEL:
        way = WAYS[owed.channel]
        return f"{way.label} alert was not delivered: {way.what_to_do(owed.answer)}"
    what = "Invite" if owed.invite else owed.get_channel_display()
    whom = owed.recipient_name or owed.address or owed.get_audience_display().lower()
    return f"{what} to {whom} was not delivered: {owed.message.get('title', owed.kind)}"


def _what_helps(owed: Owed) -> str:
    """What the other side said, and what a person can do about it."""
    if not isinstance(owed, Delivery):
        return owed.answer
    if owed.audience == Audience.CHANNEL:
        label = WAYS[owed.channel].label
        return f"{owed.message.get('title', owed.kind)}. Once {label} works, send it again from its handoff."
    if owed.channel == ChannelKind.SMS:
        return f"Call {owed.recipient_name or 'them'} instead. {owed.answer}"
    if owed.audience == Audience.CLIENT and owed.answer.startswith(bulk.REFUSED):
        whom = owed.recipient_name or "the client"
        return f"{owed.answer.rstrip('.')}. Read the address back with {whom} and correct it: {owed.address}"
    return owed.answer


def _where_to_mend(owed: Owed) -> str:
    if isinstance(owed, MailboxReading):
        return reverse(WAYS["mailbox"].page)
    if isinstance(owed, ImportStep):
        return owed.get_absolute_url()
    if isinstance(owed, Delivery) and owed.audience == Audience.CHANNEL:
        return reverse(WAYS[owed.channel].page)
    if isinstance(owed, Delivery) and owed.kind == invitations.KIND:
        return reverse("teams:people")
    if enrolled := Lead.objects.filter(enrolments__in=_enrolment_in(owed.about)).first():
        return enrolled.get_absolute_url()
    return _where_to_retry(owed.about)


def _enrolment_in(subject: str) -> list[int]:
    """The key of the enrolment that this is about, if it is about one."""
    room, _, number = subject.partition("/")
    return [int(number)] if room == "enrolment" and number.isdecimal() else []


def _where_to_retry(subject: str) -> str:
    """The page with the receipts; the room that owes this is only known by the address of its page."""
    room, _, number = subject.partition("/")
    try:
        return reverse(f"{room}:brief", args=[int(number)])
    except (NoReverseMatch, ValueError):
        return ""


@receiver(area_removed, dispatch_uid="leads.keep_name_of_area")
def keep_name_of_area(*, area: Area, **_: Any) -> None:
    """An area that goes off the list stays in the answers as words."""
    keep_as_words(area)


@receiver(leaving_previewed, dispatch_uid="leads.preview_leaving")
def say_what_moves(*, leaving: Leaving, **_: Any) -> list[Plan]:
    """Say which leads and tasks of somebody who leaves would move."""
    return moving.plans(leaving)


@receiver(member_leaving, dispatch_uid="leads.pass_on")
def pass_on_leads(*, leaving: Leaving, **_: Any) -> None:
    """Leave no lead and no task with somebody who leaves."""
    moving.pass_on(leaving)


@on_timer("recording_owed_isa")
def ask_isa_for_link(timer: Timer, *, at: datetime) -> None:
    """The recorder had time to deliver: whoever promised the link is asked for it."""
    if recording := _still_owed(timer):
        assignee = recording.said_by or recording.lead.isa
        _ask_for_link(recording, assignee, who="isa", at=at, is_urgent=False)


@on_timer("recording_owed_lead")
def ask_team_lead_for_link(timer: Timer, *, at: datetime) -> None:
    """Still no link, by the policy of when it was promised: the team lead hears of it."""
    if recording := _still_owed(timer):
        _ask_for_link(recording, team_lead_of(recording.lead.team_id), who="lead", at=at, is_urgent=True)


def _still_owed(timer: Timer) -> Recording | None:
    pk = timer.about.removeprefix("recording/")
    owed = Recording.objects.filter(pk=pk, kind=RecordingKind.TO_FOLLOW)
    return owed.select_related("lead__isa", "said_by").first()


def _ask_for_link(
    recording: Recording, assignee: Membership | None, *, who: str, at: datetime, is_urgent: bool
) -> None:
    if assignee is None:
        return
    add_task(
        key=f"{about(recording)}|owed|{who}",
        assignee=assignee,
        lead=recording.lead,
        title=f"Add the recording of the call with {recording.lead.name}",
        detail="“Link to follow” was promised. Paste the link, or say why there is none.",
        link=f"{recording.lead.get_absolute_url()}#recording",
        kind="recording_owed",
        is_urgent=is_urgent,
        at=at,
        due_at=at,
    )
