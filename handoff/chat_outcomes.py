"""How an outcome is asked for and taken in a chat: the button says how they met, the sheet asks the rest."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from typing import Any

from handoff.models import Handoff
from handoff.models.outcomes import NextStep, Reason, Showed
from handoff.outcome_forms import ReportForm
from handoff.outcomes import OutcomeRefused, check_may_report
from handoff.phrases import local_moment
from handoff.postponing import report_outcome, times_to_move_to
from handoff.reports import LONGEST_NOTE, InvalidOutcome
from handoff.states import HandoffStatus
from handoff.words import meeting_of, verdict
from leads.stages import Refused
from leads.states import Via
from notifications.sheets import NotTaken, Option, Question, Sheet, Unclear, talk_about
from teams.models import Membership

#: What stands for “no new time yet” among the times.
NO_TIME = "none"
MOST_TIMES = 90
AFTER_SHOWING = (NextStep.SHOWINGS, NextStep.FOLLOW_UP, NextStep.SIGNED, NextStep.NURTURE, NextStep.NOTHING)
AFTER_NO_SHOW = (NextStep.REBOOK, NextStep.NURTURE, NextStep.NOTHING)
NOT_THEIRS = "This lead is with somebody else now, so there is nothing to report."
CHANGED = "The appointment has changed since this message. Use the buttons of the newest one, or open Baton."


class OutcomeTalk:
    """Asks an agent, or a team lead, how a meeting went."""

    def ask(self, member: Membership, words: str, *, at: datetime) -> Sheet:
        """Return what is asked after the first tap. Raises NotTaken."""
        showed, handoff = _read(member, words, at=at)
        when = handoff.appointment.starts_at if handoff.appointment else handoff.opened_at
        met = f"{meeting_of(handoff)} with {handoff.lead.name}, {local_moment(when, member.user.zone)}."
        asked = {Showed.YES: _about_showing, Showed.NO: _about_no_show, Showed.MOVED: _about_moving}[showed]
        return Sheet("How did it go?", f"{met} {Showed(showed).label}.", asked(handoff, member, at), submit="Record")

    def take(self, member: Membership, words: str, answers: Mapping[str, str], *, at: datetime) -> str:
        """Record it. Raises NotTaken or Unclear."""
        showed, handoff = _read(member, words, at=at)
        form = ReportForm(_as_form(showed, answers), team=handoff.team)
        if not form.is_valid():
            raise Unclear({name: " ".join(map(str, said)) for name, said in form.errors.items()})
        try:
            outcome = report_outcome(handoff=handoff, actor=member, via=Via.SLACK, at=at, **form.cleaned_data)
        except InvalidOutcome as invalid:
            raise Unclear({name: " ".join(said) for name, said in invalid.errors.items()}) from invalid
        except Refused as refusal:
            if showed == Showed.MOVED and not isinstance(refusal, OutcomeRefused):
                raise Unclear({"moved_to": str(refusal)}) from refusal
            raise NotTaken(str(refusal)) from refusal
        if outcome is None:
            return f"{handoff.lead.name} is moved to the new time, and everyone gets the new invite."
        return f"{handoff.lead.name}: {verdict(outcome)}. {handoff.setter.user.first_name} has been told. Thank you."


def _read(member: Membership, words: str, *, at: datetime) -> tuple[Showed, Handoff]:
    """Return what a button says, as far as this member may say it now. Raises NotTaken."""
    showed, pk, revision = (*words.split("/"), "", "", "")[:3]
    is_ours = showed in Showed.values and pk.isascii() and pk.isdigit() and len(pk) < 18
    found = Handoff.objects.visible_to(member).select_related(
        "lead__team__policy", "team__policy", "appointment", "agent__user", "setter__user"
    )
    handoff = found.filter(pk=int(pk)).first() if is_ours else None
    if handoff is None:
        raise NotTaken(NOT_THEIRS)
    handoff.agent.team = handoff.team
    try:
        check_may_report(handoff, member, at=at)
    except OutcomeRefused as refusal:
        has_changed = handoff.status == HandoffStatus.OPEN and revision != str(handoff.revision)
        raise NotTaken(CHANGED if has_changed else str(refusal)) from refusal
    if revision != str(handoff.revision):
        raise NotTaken(CHANGED)
    return Showed(showed), handoff


def _as_form(showed: Showed, answers: Mapping[str, str]) -> dict[str, Any]:
    data: dict[str, Any] = {**answers, "showed": showed.value}
    if data.get("moved_to") == NO_TIME:
        data |= {"moved_to": "", "no_time": "1"}
    return data


def _about_showing(_handoff: Handoff, _member: Membership, _at: datetime) -> tuple[Question, ...]:
    return (
        Question(
            "is_good", "Was it a good lead?", _options({"yes": "Good lead", "no": "Not a good lead"}), is_required=True
        ),
        Question("reason", "If not: what was off?", _options(dict(Reason.choices))),
        Question("next_step", "What happens next?", _steps(AFTER_SHOWING)),
        Question("price", "Their real budget or price", hint="Such as 450k.", most=30),
        Question("commission_percent", "Expected commission, in percent", hint="Such as 3.", most=10),
        _note(),
    )


def _about_no_show(handoff: Handoff, _member: Membership, _at: datetime) -> tuple[Question, ...]:
    hint = f"{handoff.setter.user.first_name} calls them today in any case."
    return (Question("next_step", "What happens next?", _steps(AFTER_NO_SHOW), hint=hint), _note())


def _about_moving(handoff: Handoff, member: Membership, at: datetime) -> tuple[Question, ...]:
    free = times_to_move_to(handoff, at=at, limit=MOST_TIMES)
    none_yet = Option(NO_TIME, f"No time yet: {handoff.setter.user.first_name} sets one with them")
    times = [Option(moment.isoformat(), local_moment(moment, member.user.zone)) for moment in free]
    return (Question("moved_to", "To when?", (none_yet, *times), is_required=True), _note())


def _note() -> Question:
    return Question("note", "Note", is_long=True, most=LONGEST_NOTE, hint="What the next person should know.")


def _steps(steps: tuple[NextStep, ...]) -> tuple[Option, ...]:
    return tuple(Option(step.value, str(step.label)) for step in steps)


def _options(choices: Mapping[str, Any]) -> tuple[Option, ...]:
    return tuple(Option(value, str(label)) for value, label in choices.items())


talk_about("outcome", OutcomeTalk())
