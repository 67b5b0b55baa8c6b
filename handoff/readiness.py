"""The gate: one registry of checks that every handoff passes, through whichever door it comes."""

from __future__ import annotations

from collections.abc import Callable, Collection, Iterator
from dataclasses import dataclass
from datetime import datetime
from typing import Final

from django.db import transaction

from handoff.cautions import cautions_of
from handoff.known import Known, known_of
from handoff.licensing import licence_words
from handoff.models import GateOverride
from handoff.phrases import spoken_email, spoken_phone
from handoff.states import Method
from leads.answers import missing_letters
from leads.models import Lead
from leads.models.lpmama import Letter, OtherAgent
from leads.recordings import consent_lacks, current_recording, has_recording
from leads.texts import without_email
from leads.timeline import record
from leads.verification import is_email_verified, is_phone_verified
from teams.models import Membership
from teams.state_rules import NAMES


@dataclass(frozen=True, slots=True)
class Missing:
    """One thing that is not in order. ``ask`` is what the ISA says or does next; only blocking ones close the gate."""

    code: str
    label: str
    ask: str
    letter: str | None = None
    blocks: bool = True
    #: What an acknowledgement names: the mark of the text in question.
    mark: str = ""


@dataclass(frozen=True, slots=True)
class CheckLine:
    """One line of the readiness panel: what is checked, whether it is in order, and what to do if not."""

    name: str
    label: str
    is_done: bool
    is_blocking: bool = False
    words: str = ""


@dataclass(frozen=True, slots=True)
class Readiness:
    """The gate's answer: ``missing`` in the order in which to ask, ``warnings`` that block nothing."""

    missing: list[Missing]
    warnings: list[Missing]
    checks: list[CheckLine]

    @property
    def ok(self) -> bool:
        """Whether a handoff may start."""
        return not self.missing

    @property
    def next_question(self) -> str:
        """What to ask next; empty when nothing is missing."""
        return self.missing[0].ask if self.missing else ""

    @property
    def next_label(self) -> str:
        """What the next question is about."""
        return self.missing[0].label if self.missing else ""

    @property
    def done(self) -> int:
        """How many checks pass."""
        return sum(check.is_done for check in self.checks)

    @property
    def total(self) -> int:
        """How many checks there are."""
        return len(self.checks)


@dataclass(frozen=True, slots=True)
class Case:
    """What a check looks at."""

    known: Known
    method: Method
    setter: Membership | None = None


@dataclass(frozen=True, slots=True)
class Check:
    """One entry of the registry: finds what is missing, in the order in which to ask."""

    name: str
    find: Callable[[Case], Iterator[Missing]]
    lines: tuple[tuple[str, str], ...]
    #: The answers that an override is about; none: this check cannot be overridden.
    overrides: frozenset[str] = frozenset()

    @property
    def is_overridable(self) -> bool:
        """Whether a team lead may let it pass."""
        return bool(self.overrides)


class OverrideRefused(Exception):
    """This check cannot be overridden, or not by this person, or not without a reason."""


def check(lead: Lead, *, method: Method, setter: Membership | None = None) -> Readiness:
    """Run every check on what is stored now. A check that fails to run fails the handoff: nothing fails open.

    ``setter``: who sets the appointment; nobody where a client does it themselves.
    """
    return check_known(known_of(lead), method=method, setter=setter)


def check_known(known: Known, *, method: Method, setter: Membership | None = None) -> Readiness:
    """Do the same for a lead that has just been loaded."""
    case = Case(known=known, method=Method(method), setter=setter)
    missing: list[Missing] = []
    lines: list[CheckLine] = []
    for one in CHECKS:
        found = [] if one.name in known.overridden and one.is_overridable else list(one.find(case))
        missing += found
        lines += _lines(one, found, case)
    warnings = [
        Missing(code=caution.code, label=caution.text, ask=caution.ask, letter=caution.letter or None, blocks=False)
        for caution in cautions_of(known)
    ]
    return Readiness(missing=missing, warnings=warnings, checks=lines)


def _lines(one: Check, found: list[Missing], case: Case) -> Iterator[CheckLine]:
    by_code = {lack.code: lack for lack in found}
    for code, label in one.lines:
        if code == "email" and case.method != Method.SCHEDULED:
            continue
        lack = by_code.get(code)
        if code in WHERE_ASKED and lack is None:
            continue
        words = lack.label.removeprefix(f"{label}: ") if lack else ""
        # Nobody has asked yet: the Agent letter is what is missing, and this line just is not ticked.
        is_unasked = code == "exclusive_agent" and not case.known.lpmama.other_agent
        is_done = lack is None and not is_unasked
        yield CheckLine(code, label, is_done=is_done, is_blocking=lack is not None, words=words)


def _exclusive_agent(case: Case) -> Iterator[Missing]:
    if case.known.lpmama.other_agent != OtherAgent.EXCLUSIVE:
        return
    name = case.known.lpmama.other_agent_name or "another agent"
    yield Missing(
        code="exclusive_agent",
        label=f"Signed with {name}, exclusive: your team lead must allow this",
        ask=f"Until what date does your agreement with {name} run? (Then ask your team lead to allow it.)",
        letter=Letter.AGENT,
    )


def _lpmama(case: Case) -> Iterator[Missing]:
    for gap in missing_letters(case.known.lpmama):
        detail = gap.detail[:1].lower() + gap.detail[1:]
        yield Missing(
            code=gap.letter.value, label=f"{gap.letter.label}: {detail}", ask=gap.question, letter=gap.letter.value
        )


def _verification(case: Case) -> Iterator[Missing]:
    known = case.known
    if not known.phone:
        yield Missing(code="phone", label="No phone number", ask="What is the best number to reach you on?")
    elif not is_phone_verified(known.lead):
        yield Missing(
            code="phone",
            label="Phone number not read back",
            ask=f"Let me read your number back: {spoken_phone(known.phone)}. Is that right?",
        )
    if case.method != Method.SCHEDULED or is_email_verified(known.lead):
        return
    if known.email:
        ask = f"And your email is {spoken_email(known.email)}? The invite is on its way there while we talk."
        yield Missing(code="email", label="Email address not read back", ask=ask)
    else:
        otherwise = without_email(known.lead)
        ask = f"Where shall I email your calendar invite? (If nowhere, mark “has no email”. {otherwise})"
        yield Missing(code="email", label="No email address", ask=ask)


def _recording(case: Case) -> Iterator[Missing]:
    lead = case.known.lead
    if consent_lacks(current_recording(lead), lead):
        state = NAMES.get(lead.state, lead.state)
        yield Missing(
            code="recording_consent",
            label=f"{state} asks for everybody's consent to a recording, and none is noted",
            ask="Is it all right that this call is recorded? (Tick it by the recording, or say why there is none.)",
        )
    elif not has_recording(lead):
        yield Missing(
            code="recording",
            label="No recording, and no reason why",
            ask="Attach the call recording, or press “this call, link to follow”, or say why there is none.",
        )


def _licence(case: Case) -> Iterator[Missing]:
    setter = case.setter if case.method == Method.SCHEDULED else None
    if setter and (words := licence_words(setter, case.known.lead)):
        yield Missing(code="licence", label=words[0], ask=words[1])


def _promised(case: Case) -> Iterator[Missing]:
    for promise in case.known.promises:
        if not promise.acknowledged:
            yield Missing(
                code="over_promise",
                label=f"{promise.said.where} promises {promise.about}: “{promise.words}”",
                ask="Rewrite it, or acknowledge it and say why it stays: the agent is warned then.",
                mark=promise.mark,
            )


#: Lines that stand on the panel only where they are missing: most teams and states never meet them.
WHERE_ASKED: Final = frozenset({"recording_consent", "licence"})
#: The order is the order in which to ask: an exclusive agreement ends the talk, the client's own answers come
#: next, reading back closes the call, and the recording needs no client.
CHECKS: Final[tuple[Check, ...]] = (
    Check(
        "exclusive_agent",
        _exclusive_agent,
        (("exclusive_agent", "No exclusive agent"),),
        overrides=frozenset({"other_agent", "other_agent_name"}),
    ),
    Check(
        "lpmama",
        _lpmama,
        tuple((letter.value, str(letter.label)) for letter in Letter if letter is not Letter.APPOINTMENT),
    ),
    Check("verification", _verification, (("phone", "Phone confirmed"), ("email", "Email confirmed"))),
    Check(
        "recording",
        _recording,
        (("recording", "Call recording"), ("recording_consent", "Consent to the recording")),
    ),
    Check("licence", _licence, (("licence", "Licence to set appointments"),)),
    Check("over_promise", _promised, (("over_promise", "No promises made"),)),
)


@transaction.atomic
def override_check(*, lead: Lead, check_name: str, reason: str, by: Membership, at: datetime) -> GateOverride:
    """Let one check pass for one lead, on a team lead's word. Said twice, the last reason stands.

    Raises OverrideRefused.
    """
    if not by.is_lead or by.team_id != lead.team_id:
        raise OverrideRefused("Only the team lead may allow this.")
    if check_name not in {one.name for one in CHECKS if one.is_overridable}:
        raise OverrideRefused("This check cannot be overridden: what is missing must be asked.")
    if not reason.strip():
        raise OverrideRefused("Say why: the reason is kept.")
    override, _ = GateOverride.objects.update_or_create(
        lead=lead, check_name=check_name, defaults={"reason": reason.strip()[:300], "by": by, "at": at}
    )
    record(
        lead=lead,
        kind="gate_override",
        summary=f"{by.user} allowed a handoff in spite of an exclusive agent: {override.reason}",
        actor=by,
        at=at,
        data={"check": check_name},
    )
    return override


@transaction.atomic
def end_overrides(*, lead: Lead, changed: Collection[str], actor: Membership | None, at: datetime) -> int:
    """Take back what was allowed of answers that have ``changed``: the team lead knew others. Returns how many."""
    touched = [one.name for one in CHECKS if one.overrides.intersection(changed)]
    ended, _ = GateOverride.objects.filter(lead=lead, check_name__in=touched).delete() if touched else (0, {})
    if ended:
        record(
            lead=lead,
            kind="gate_override_ended",
            summary="What they say of another agent has changed: the team lead has to allow it anew",
            actor=actor,
            at=at,
            data={"checks": touched},
        )
    return ended
