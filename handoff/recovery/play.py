"""The team's play: which steps follow a no-show, when, and in which words. Every version of it is kept."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from django.db import transaction

from handoff.models import PlayVersion
from handoff.models.recovery import StepKind, Way
from handoff.recovery.steps import BUILT_IN, CALL_SCRIPTS, Step, in_order
from handoff.recovery.words import check_words
from teams.changes import note_change
from teams.models import Membership, Team

MOST_STEPS: Final = 20
LAST_DAY: Final = 60
PART: Final = "recovery"
#: What an added step begins with, until it is worded.
_FIRST: Final = {StepKind.MESSAGE: BUILT_IN[0], StepKind.CALL: BUILT_IN[2]}


class BadStep(Exception):
    """The play would make no sense with this step; ``errors`` says what is wrong with each field."""

    def __init__(self, errors: dict[str, str]) -> None:
        self.errors = errors
        super().__init__(" ".join(errors.values()))


class NoSuchStep(Exception):
    """The play has no step of that name, or not one that can be removed."""


@dataclass(frozen=True, slots=True)
class Play:
    """The steps in their order. ``version`` 0 is the built-in play, never changed."""

    version: int
    steps: tuple[Step, ...]
    is_own: bool

    @property
    def is_on(self) -> bool:
        """Whether anything happens after a no-show."""
        return any(step.is_on and not step.is_end for step in self.steps)

    def step(self, name: str) -> Step:
        """Return the step of that name. Raises NoSuchStep."""
        for step in self.steps:
            if step.name == name:
                return step
        raise NoSuchStep(name)


def play_of(team: Team) -> Play:
    """Return the play of this team: its own, or the built-in one."""
    newest = PlayVersion.objects.filter(team=team).order_by("-version").only("version", "steps").first()
    if newest is None or not newest.steps:
        return Play(newest.version if newest else 0, in_order(BUILT_IN), is_own=False)
    return Play(newest.version, in_order(Step.from_json(each) for each in newest.steps), is_own=True)


def versions_of(team: Team) -> Sequence[PlayVersion]:
    """Return every version, the newest first."""
    return list(PlayVersion.objects.filter(team=team).select_related("author__user").order_by("-version"))


@transaction.atomic
def change_step(*, team: Team, name: str, author: Membership, at: datetime, **said: Any) -> Step:
    """Let a step say or do something else from the next no-show on. Raises BadStep, NoSuchStep."""
    play = _locked(team)
    was = play.step(name)
    step = replace(was, **said)
    others = [each for each in play.steps if each.name != name]
    _check(step, others)
    if step != was:
        _save(team, [*others, step], author, at, words=f"{_called(step)} changed")
    return step


@transaction.atomic
def add_step(*, team: Team, kind: StepKind, day: int, author: Membership, at: datetime) -> Step:
    """Put a step into the play, with words to begin from. Raises BadStep."""
    play = _locked(team)
    if kind not in _FIRST:
        raise BadStep({"kind": "The end is part of every play already."})
    if len(play.steps) >= MOST_STEPS:
        raise BadStep({"day": f"A play has at most {MOST_STEPS} steps. Remove one first."})
    step = replace(_FIRST[kind], name=_new_name(team), day=day)
    _check(step, play.steps)
    _save(team, [*play.steps, step], author, at, words=f"{_called(step)} added")
    return step


@transaction.atomic
def remove_step(*, team: Team, name: str, author: Membership, at: datetime) -> None:
    """Take a step out of the play; what runs keeps it. Raises NoSuchStep."""
    play = _locked(team)
    step = play.step(name)
    if step.is_end:
        raise NoSuchStep(name)
    kept = [each for each in play.steps if each is not step]
    _save(team, kept, author, at, words=f"{_called(step)} removed")


@transaction.atomic
def use_built_in(*, team: Team, author: Membership, at: datetime) -> bool:
    """Go back to the built-in play. False when it is in use already."""
    if not _locked(team).is_own:
        return False
    _save(team, (), author, at, words="The built-in play again")
    return True


def _locked(team: Team) -> Play:
    """Return the play once nobody else is changing it."""
    Team.objects.select_for_update(no_key=True).only("pk").get(pk=team.pk)
    return play_of(team)


def _check(step: Step, others: Iterable[Step]) -> None:
    errors: dict[str, str] = {}
    if not 0 <= step.day <= LAST_DAY:
        errors["day"] = f"Choose a day from 0 to {LAST_DAY}; 0 is the day of the no-show."
    elif clash := _clash(step, [each for each in others if each.is_on or each.is_end]):
        errors["day"] = clash
    if step.kind == StepKind.MESSAGE:
        errors |= check_words(title=step.title, text=step.text, short=step.short)
        if step.way not in Way.values:
            errors["way"] = "Choose how it goes."
    if step.kind == StepKind.CALL and step.script not in CALL_SCRIPTS:
        errors["script"] = "Choose one of the scripts."
    if errors:
        raise BadStep(errors)


def _clash(step: Step, others: Sequence[Step]) -> str:
    """Say why this day is none for this step, among those that are taken."""
    if step.is_end:
        last = max((each.day for each in others), default=-1)
        return f"The end comes after the last step: choose day {last + 1} or later." if step.day <= last else ""
    if not step.is_on:
        return ""
    if any(each.kind == step.kind and each.day == step.day for each in others):
        return f"There is a {step.kind.label.lower()} on day {step.day} already. Choose another day."
    end = next(each for each in others if each.is_end)
    return (
        f"The play ends on day {end.day}. Choose an earlier day, or move the end first." if step.day >= end.day else ""
    )


def _called(step: Step) -> str:
    return f"{step.kind.label}, day {step.day}"


def _new_name(team: Team) -> str:
    """Name a step as none was ever named in this team."""
    return f"own_{PlayVersion.objects.filter(team=team).count() + 1}"


def _save(team: Team, steps: Iterable[Step], author: Membership, at: datetime, *, words: str) -> None:
    before = PlayVersion.objects.filter(team=team).count()
    plain = [step.as_json() for step in in_order(steps)]
    PlayVersion.objects.create(
        team=team, version=before + 1, steps=plain, words=words[:200], author=author, created_at=at
    )
    note_change(actor=author, part=PART, words=f"After a no-show: {words}", at=at)
