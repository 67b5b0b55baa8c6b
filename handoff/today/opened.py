"""What an open row of Today offers: the words of that moment, whom to call, and what can be done about it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from handoff.cover.settling import ABOUT
from handoff.due import outcome_path_of, path_of
from handoff.models import Handoff
from handoff.saying import words_for_call
from handoff.scripts import Script, script
from handoff.states import AppointmentStatus, ClientAnswer
from handoff.today.rows import Act, act_of
from leads.answers import missing_letters
from leads.contacts import primary_phone
from leads.mails_in import mail_to_answer
from leads.mending import delivery_of
from leads.models import Lead, Task
from leads.next_call import SETTLED
from leads.states import Stage
from leads.todo import may_tick
from notifications.promises.owed import State
from teams.models import Membership


@dataclass(frozen=True, slots=True)
class Opened:
    """One row, opened. What may be done is decided here, and asked again by the verbs."""

    lead: Lead | None
    task: Task | None
    handoff: Handoff | None
    scripts: Sequence[Script]
    phone: str
    may_note_call: bool
    may_confirm: bool
    may_report: bool
    may_retry: bool
    may_tick: bool
    #: Nothing is left to ask: the panel is where it goes on.
    may_hand_off: bool
    #: A client wrote: they are answered the way they wrote, or called.
    is_answer: bool = False
    #: Where an answer to their mail goes, with its subject.
    mail_link: str = ""
    #: Neither a call nor a report: its own page is where it is done.
    is_done_elsewhere: bool = False
    #: The agent whom a team lead asks for an outcome.
    agent: Membership | None = None

    @property
    def ref(self) -> str:
        """What names the row in the page."""
        return f"task-{self.task.pk}" if self.task else f"lead-{self.lead.pk}" if self.lead else ""

    @property
    def page(self) -> str:
        """Where the rest of it is found; brief and report have buttons of their own."""
        own = {path_of(self.handoff), outcome_path_of(self.handoff)} if self.handoff else set()
        if self.task and self.task.link and self.task.link not in own:
            return self.task.link
        return self.lead.get_absolute_url() if self.lead else ""

    @property
    def page_word(self) -> str:
        """What is done there, in a word."""
        if self.task and self.task.kind == ABOUT:
            return "Find cover"
        return "Lead" if self.is_page_of_lead else "Open"

    @property
    def is_page_of_lead(self) -> bool:
        """Whether that is the lead's own page."""
        return self.lead is not None and self.page.startswith(self.lead.get_absolute_url())


def opened_task(task: Task, *, member: Membership, at: datetime) -> Opened:
    """Open a task."""
    if task.lead_id is None:
        return _opened(None, task, member=member, at=at)
    return _opened(_whole(member, task.lead_id), task, member=member, at=at)


def opened_lead(lead_pk: int, *, member: Membership, at: datetime) -> Opened | None:
    """Open the next step of a lead about which there is no task; None for a lead that one does not see.

    A task that came since the list was drawn is the next list's: what is opened is what stands there.
    """
    lead = _whole(member, lead_pk)
    return _opened(lead, None, member=member, at=at) if lead else None


def open_handoff_of(lead: Lead, *, member: Membership) -> Handoff | None:
    """Return the handoff under way, as far as this member sees it."""
    found = Handoff.objects.visible_to(member).open().filter(lead=lead)
    return found.select_related("agent__user", "agent__profile", "appointment", "setter__user").first()


def _whole(member: Membership, pk: int) -> Lead | None:
    leads = Lead.objects.visible_to(member).select_related("team__policy", "isa__user", "lpmama")
    return leads.prefetch_related("phones", "emails", "lpmama__areas").filter(pk=pk).first()


def _opened(lead: Lead | None, task: Task | None, *, member: Membership, at: datetime) -> Opened:
    handoff = open_handoff_of(lead, member=member) if lead else None
    phone, act = primary_phone(lead) if lead else "", act_of(task) if task else None
    is_asked = bool(handoff and handoff.agent_id != member.pk and act is Act.REPORT)
    may_report = bool(handoff and not _is_ahead(handoff, at) and (member.is_lead or handoff.agent_id == member.pk))
    may_call = bool(lead and phone) and not is_asked and _is_for_calling(lead, act, handoff, member)
    return Opened(
        lead=lead,
        task=task,
        handoff=handoff,
        scripts=_words(lead, task, handoff, member=member, at=at) if lead and may_call else (),
        phone=phone,
        may_note_call=may_call,
        may_confirm=bool(handoff and _awaits_word(handoff, at)) and act in {None, Act.CALL, Act.ANSWER},
        may_report=may_report,
        may_hand_off=bool(lead and task is None and not member.is_agent and _is_asked(lead)),
        may_tick=task is not None and may_tick(task) and not (may_report and act is Act.REPORT and not is_asked),
        may_retry=bool(task and act is Act.MEND and is_still_stuck(task)),
        agent=handoff.agent if handoff and is_asked else None,
        is_answer=act is Act.ANSWER,
        mail_link=mail_to_answer(task) if task else "",
        is_done_elsewhere=act is Act.DO and bool(task and task.link),
    )


def is_still_stuck(task: Task) -> bool:
    """Whether the message that a task is about waits for somebody to send it again."""
    delivery = delivery_of(task)
    return delivery is not None and delivery.state == State.FAILED


def _is_for_calling(lead: Lead | None, act: Act | None, handoff: Handoff | None, member: Membership) -> bool:
    """Whether a call is what helps: asked for by a task, or the lead is somebody's to call."""
    if act is not None:
        return act is Act.CALL
    if member.is_agent:
        return handoff is not None and handoff.appointment is None
    return lead is not None and Stage(lead.stage) not in SETTLED


def _is_asked(lead: Lead) -> bool:
    return lead.stage == Stage.QUALIFIED and not missing_letters(lead.lpmama)


def _words(
    lead: Lead, task: Task | None, handoff: Handoff | None, *, member: Membership, at: datetime
) -> Sequence[Script]:
    name, slot = task.script if task else "", handoff.appointment if handoff else None
    if member.is_agent:  # the built-in words are an ISA's, who speaks of the agent
        told = script(name, lead=lead, agent=member, slot=slot, team=lead.team) if name else None
        return [told] if told else []
    return words_for_call(lead, name=name, handoff=handoff, at=at)


def _is_ahead(handoff: Handoff, at: datetime) -> bool:
    return handoff.appointment is not None and handoff.appointment.starts_at > at


def _awaits_word(handoff: Handoff, at: datetime) -> bool:
    """Whether the client has not said yet that they will come."""
    appointment = handoff.appointment
    return (
        appointment is not None
        and appointment.status == AppointmentStatus.BOOKED
        and appointment.starts_at > at
        and appointment.client_answer != ClientAnswer.CONFIRMED
    )
