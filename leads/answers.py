"""The six letters: what was answered, and what is still to be asked."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from copy import copy
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.core.exceptions import ValidationError
from django.db import transaction

from leads.models import Lead, Lpmama
from leads.models.lpmama import Letter, Mortgage, Side
from leads.signals import answers_changed, lead_changed
from leads.timeline import record
from teams.models import Area, Membership

QUESTIONS: dict[Letter, str] = {
    Letter.LOCATION: "Which part of town are you looking at?",
    Letter.PRICE: "What price range are you comfortable with?",
    Letter.MOTIVATION: "What has you thinking of moving, and how soon?",
    Letter.AGENT: "Are you working with an agent already?",
    Letter.MORTGAGE: "Have you spoken with a lender yet?",
    Letter.APPOINTMENT: "When is a good time to meet?",
}
SELLER_QUESTIONS: dict[Letter, str] = {
    Letter.LOCATION: "Where is the home that you are selling?",
    Letter.PRICE: "What price do you hope to get?",
}
#: Each letter's fields, in the order of the form.
FIELDS: dict[Letter, tuple[str, ...]] = {
    Letter.LOCATION: ("side", "areas", "location_text", "location_second"),
    Letter.PRICE: ("price_min", "price_max", "price_expected", "price_second"),
    Letter.MOTIVATION: ("motivation", "motivation_declined", "timeframe", "motivation_second"),
    Letter.AGENT: ("other_agent", "other_agent_name", "agent_second"),
    Letter.MORTGAGE: ("mortgage", "mortgage_lender", "mortgage_amount", "mortgage_on", "mortgage_second"),
    Letter.APPOINTMENT: ("appointment_wish",),
}
ANSWERS = frozenset({"bedrooms", "needs", "household"}.union(*FIELDS.values()))


#: The answers in a caller's own words: what they said before stays in the story.
IN_WORDS = frozenset({"location_text", "motivation", "other_agent_name", "mortgage_lender", "appointment_wish"})


@dataclass(frozen=True, slots=True)
class Missing:
    """A letter that is not complete, what to ask for it, and what exactly is lacking."""

    letter: Letter
    question: str
    detail: str


class InvalidAnswers(Exception):
    """Some answers cannot be kept; ``errors`` says why for each field."""

    def __init__(self, errors: Mapping[str, list[str]]) -> None:
        self.errors = dict(errors)
        super().__init__("; ".join(f"{name}: {' '.join(words)}" for name, words in self.errors.items()))


# --- What is missing (domain: “Complete means”) -----------------------------------------------------------------------


def question_of(letter: Letter, side: str) -> str:
    """What to say to a seller is not what to say to a buyer."""
    if side == Side.SELL:
        return SELLER_QUESTIONS.get(letter, QUESTIONS[letter])
    return QUESTIONS[letter]


def missing_letters(lpmama: Lpmama, *, with_appointment: bool = False) -> list[Missing]:
    """The letters not complete, in the order in which they are asked.

    The appointment is what a handoff itself settles: it is only asked for ``with_appointment``. Reads ``lpmama.areas``
    as prefetched.
    """
    found = []
    for letter, lacks in _LACKS.items():
        if letter is Letter.APPOINTMENT and not with_appointment:
            continue
        if detail := lacks(lpmama):
            found.append(Missing(letter, question_of(letter, lpmama.side), detail))
    return found


def _location(answers: Lpmama) -> str:
    if not answers.side:
        return "Buying, selling or both"
    if not answers.location_text and not answers.areas.all():
        return "An area, or a place in words"
    return ""


def _price(answers: Lpmama) -> str:
    lacks = []
    if answers.side != Side.SELL and answers.price_max is None:
        lacks.append("the most they would pay")
    if answers.side in {Side.SELL, Side.BOTH} and answers.price_expected is None:
        lacks.append("the price they expect")
    return " and ".join(lacks).capitalize()


def _motivation(answers: Lpmama) -> str:
    lacks = []
    if not answers.motivation and not answers.motivation_declined:
        lacks.append("the reason")
    if not answers.timeframe:
        lacks.append("how soon")
    return " and ".join(lacks).capitalize()


def _agent(answers: Lpmama) -> str:
    return "" if answers.other_agent else "Whether they have an agent"


def _mortgage(answers: Lpmama) -> str:
    if not answers.mortgage:
        return "How they pay"
    if answers.mortgage == Mortgage.NOT_APPLICABLE and answers.side != Side.SELL:
        return "How they pay: “not applicable” is for people who only sell"
    return ""


def _appointment(answers: Lpmama) -> str:
    return "" if answers.appointment_wish else "When they would like to meet"


_LACKS: dict[Letter, Callable[[Lpmama], str]] = {
    Letter.LOCATION: _location,
    Letter.PRICE: _price,
    Letter.MOTIVATION: _motivation,
    Letter.AGENT: _agent,
    Letter.MORTGAGE: _mortgage,
    Letter.APPOINTMENT: _appointment,
}


# --- Writing ----------------------------------------------------------------------------------------------------------


@transaction.atomic
def save_answers(*, lead: Lead, changes: Mapping[str, Any], actor: Membership | None, at: datetime) -> Lpmama:
    """Write the answers that are named, and only those; ``areas`` takes Areas or their ids.

    Judged against what is there by now, under a lock. Raises InvalidAnswers, and then nothing is written.
    """
    answers = _locked(lead)
    kept, errors = _sorted_out(lead, answers, changes)
    if errors:
        raise InvalidAnswers(errors)
    return _write(lead, answers, kept, actor=actor, at=at)


@transaction.atomic
def keep_answers(
    *, lead: Lead, changes: Mapping[str, Any], actor: Membership | None, at: datetime
) -> dict[str, list[str]]:
    """Write those of the named answers that can be kept; what is wrong with the others, by name."""
    answers = _locked(lead)
    kept, errors = _sorted_out(lead, answers, changes)
    _write(lead, answers, kept, actor=actor, at=at)
    return errors


def _locked(lead: Lead) -> Lpmama:
    Lpmama.objects.get_or_create(lead=lead)
    return Lpmama.objects.select_for_update().get(lead=lead)


def _sorted_out(lead: Lead, answers: Lpmama, changes: Mapping[str, Any]) -> tuple[dict[str, Any], dict[str, list[str]]]:
    """Part what can be kept from what cannot. Without one bad end of a range the other may still be bad: so again."""
    kept = dict(changes)
    errors: dict[str, list[str]] = {}
    if "areas" in kept:
        errors |= _area_errors(lead, kept)
    while found := _errors(answers, {name: value for name, value in kept.items() if name != "areas"}):
        errors |= found
        for name in found:
            kept.pop(name, None)
    return {name: value for name, value in kept.items() if name not in errors}, errors


def _errors(answers: Lpmama, own: Mapping[str, Any]) -> dict[str, list[str]]:
    """What is wrong with these values, put beside those that are there."""
    errors = {name: ["There is no such answer."] for name in own if name not in ANSWERS}
    known = {name: value for name, value in own.items() if name not in errors}
    trial = copy(answers)
    for name, value in known.items():
        setattr(trial, name, value)
    try:
        trial.clean_fields(exclude=ANSWERS - set(known) | {"lead"})
    except ValidationError as error:
        errors |= {name: list(words) for name, words in error.message_dict.items()}
    ends = {"price_min", "price_max"}
    if ends & set(own) and not ends & set(errors) and _is_upside_down(trial):
        errors["price_min" if "price_min" in own else "price_max"] = ["The lowest price is above the highest."]
    return errors


def _is_upside_down(answers: Lpmama) -> bool:
    return answers.price_min is not None and answers.price_max is not None and answers.price_min > answers.price_max


def _area_errors(lead: Lead, kept: dict[str, Any]) -> dict[str, list[str]]:
    """Put the team's own rows in the place of what was given."""
    keys = {area.pk if isinstance(area, Area) else area for area in kept["areas"]}
    kept["areas"] = list(Area.objects.filter(team_id=lead.team_id, pk__in=keys))
    return {} if len(kept["areas"]) == len(keys) else {"areas": ["One of these areas is not the team's."]}


def _write(lead: Lead, answers: Lpmama, kept: dict[str, Any], *, actor: Membership | None, at: datetime) -> Lpmama:
    missing_before = {missing.letter for missing in missing_letters(answers)}
    own = [name for name in kept if name != "areas"]
    changed = frozenset(name for name in own if getattr(answers, name) != kept[name])
    lost = _lost_words(answers, kept)
    for name in own:
        setattr(answers, name, kept[name])
    if own:
        answers.save(update_fields=[*own, "updated_at"])
    if "areas" in kept:
        answers.areas.set(kept["areas"])
    lead.lpmama = answers
    if kept:
        _tell(lead, answers, missing_before, lost, actor=actor, at=at)
    if changed:
        answers_changed.send(sender=Lpmama, lead=lead, names=changed, actor=actor, at=at)
    return answers


def _lost_words(answers: Lpmama, kept: Mapping[str, Any]) -> dict[Letter, str]:
    """What was said before and is overwritten now, by letter. Words that are only added to are not lost."""
    lost: dict[Letter, list[str]] = {}
    for letter, names in FIELDS.items():
        for name in names:
            was = getattr(answers, name)
            if name in IN_WORDS & set(kept) and was and not str(kept[name]).startswith(was):
                lost.setdefault(letter, []).append(was)
    return {letter: ", ".join(words) for letter, words in lost.items()}


def _tell(
    lead: Lead,
    answers: Lpmama,
    missing_before: set[Letter],
    lost: Mapping[Letter, str],
    *,
    actor: Membership | None,
    at: datetime,
) -> None:
    """A letter that becomes complete, stops being so or loses words is a step of the story; each keystroke is not."""
    missing_now = {missing.letter for missing in missing_letters(answers)}
    for letter in Letter:
        if letter in missing_before - missing_now:
            step = "answered"
        elif letter in missing_now - missing_before:
            step = "is open again"
        elif letter in lost:
            step = "changed"
        else:
            continue
        data = {"was": lost[letter]} if letter in lost else {}
        record(lead=lead, kind="answer", summary=f"{letter.label} {step}", actor=actor, at=at, data=data)
    lead_changed.send(sender=Lead, lead=lead, at=at)
