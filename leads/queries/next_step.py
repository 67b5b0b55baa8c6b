"""What to do next for one lead, in words: the reason why it is on somebody's desk."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import IntEnum

from leads.contacts import primary_phone
from leads.models import Lead, Task
from leads.models.lpmama import Letter, OtherAgent
from leads.queries.lead_page import LetterState, letter_states
from leads.stage_names import stage_label
from leads.verification import is_email_verified, is_phone_verified


class Need(IntEnum):
    """Why a lead is on the desk, the most urgent first."""

    TASK = 0
    CALL = 1
    REBOOK = 2
    FIRST_CALL = 3
    QUALIFIED = 4
    RECORDING = 5
    CONTACTING = 6
    TASK_LATER = 7
    CALL_LATER = 8
    WAITING = 9


@dataclass(frozen=True, slots=True)
class Step:
    """What to do next for one lead: the step, why, by when, and how far its letters are."""

    need: Need
    lead: Lead | None
    task: Task | None
    step: str
    why: str
    due_at: datetime | None
    icon: str
    letters: Sequence[LetterState] = ()

    @property
    def urgency(self) -> str:
        """How the row is marked: now, soon, or not at all."""
        if self.need in {Need.TASK, Need.CALL, Need.REBOOK}:
            return "is-urgent"
        return "is-soon" if self.need in {Need.FIRST_CALL, Need.RECORDING} else ""

    @property
    def rank(self) -> tuple[Need, float]:
        """The need; within it what is due longest, or, where letters are what lacks, who is nearly there."""
        if self.need in {Need.QUALIFIED, Need.CONTACTING}:
            return self.need, sum(not letter.is_done for letter in self.letters)
        if self.due_at is not None and self.need is not Need.WAITING:
            return self.need, self.due_at.timestamp()
        return self.need, 0

    @property
    def needs_client(self) -> bool:
        """Whether the client is on the phone for it: not to add a recording, to wait, or to do what a task says."""
        is_desk_work = self.icon == "record-circle" or self.need is Need.WAITING
        return self.task is None and not is_desk_work

    @property
    def letters_words(self) -> str:
        """The letters for who cannot see their colours."""
        done = sum(letter.is_done for letter in self.letters)
        return f"LPMAMA: {done} of {len(self.letters)}"

    @property
    def phone(self) -> str:
        """The number to call, where the step is about a lead that was loaded with its numbers."""
        return primary_phone(self.lead) if self.lead is not None and self.letters else ""

    @property
    def link(self) -> str:
        """Where the step is done."""
        if self.task is not None and self.task.link:
            return self.task.link
        return self.lead.get_absolute_url() if self.lead else ""


def step_of_task(task: Task, *, at: datetime) -> Step:
    """A task on its own: of no lead, or of one that wants nothing else."""
    need = Need.TASK if task.wants_now(at) else Need.TASK_LATER
    return Step(need, task.lead, task, task.title, task.detail, task.due_at, "list-check")


def step_of_lead(lead: Lead, task: Task | None, *, at: datetime) -> Step:
    """The one next step of a lead that ``desk`` has ranked (``need``, ``owes_recording``, ``has_recording``)."""
    need = Need(getattr(lead, "need", Need.WAITING))
    letters = letter_states(lead)
    if task is not None and (task.wants_now(at) or need > Need.TASK_LATER):
        of_task = step_of_task(task, at=at)
        return Step(of_task.need, lead, task, of_task.step, of_task.why, task.due_at, of_task.icon, letters)
    step, why, due_at, icon = _WORDS[need](lead, letters)
    return Step(need, lead, None, step, why, due_at, icon, letters)


Words = tuple[str, str, datetime | None, str]


def _call(lead: Lead, _letters: Sequence[LetterState]) -> Words:
    return "Call back", "Planned call is due", lead.next_call_at, "telephone"


def _call_later(lead: Lead, _letters: Sequence[LetterState]) -> Words:
    return "Call back", "The next call is planned", lead.next_call_at, "telephone"


def _rebook(lead: Lead, _letters: Sequence[LetterState]) -> Words:
    return "Call and rebook", "They did not come to the appointment", lead.stage_at, "calendar-x"


def _first_call(lead: Lead, _letters: Sequence[LetterState]) -> Words:
    return (
        "Call for the first time",
        f"New from {lead.source}" if lead.source else "New lead",
        None,
        "telephone-outbound",
    )


def _recording(_lead: Lead, _letters: Sequence[LetterState]) -> Words:
    return "Add the recording of the call", "The link was promised", None, "record-circle"


def _qualify(lead: Lead, letters: Sequence[LetterState]) -> Words:
    if open_letter := next((each for each in letters if each.is_next and each.letter != Letter.APPOINTMENT), None):
        return f"Ask: “{open_letter.question}”", f"{open_letter.letter.label}: {open_letter.detail}", None, "chat-quote"
    if not getattr(lead, "has_recording", False):
        return "Add the call recording", "All letters are complete", None, "record-circle"
    if not is_phone_verified(lead):
        return "Read the phone number back", "All letters are complete", None, "telephone"
    if not is_email_verified(lead):
        return "Read the email address back", "All letters are complete", None, "envelope-check"
    if lead.lpmama.other_agent == OtherAgent.EXCLUSIVE:
        name = lead.lpmama.other_agent_name or "another agent"
        return (
            "Hand off, if your team lead allows it",
            f"Signed with {name}, exclusive: that blocks unless your team lead allows it",
            None,
            "shield-exclamation",
        )
    return "Hand off: choose a time", "Nothing is missing", None, "calendar-plus"


def _waiting(lead: Lead, _letters: Sequence[LetterState]) -> Words:
    whom = f" with {lead.owner.user}" if lead.owner else ""
    return (
        f"{stage_label(lead.team, lead.stage)}{whom}",
        "Outcome is the agent's to report",
        lead.stage_at,
        "calendar-check",
    )


_WORDS = {
    Need.TASK: _qualify,  # its task was finished between two queries
    Need.CALL: _call,
    Need.REBOOK: _rebook,
    Need.FIRST_CALL: _first_call,
    Need.QUALIFIED: _qualify,
    Need.RECORDING: _recording,
    Need.CONTACTING: _qualify,
    Need.TASK_LATER: _qualify,
    Need.CALL_LATER: _call_later,
    Need.WAITING: _waiting,
}
