"""The letters as the page draws them: a state and its fields."""

from __future__ import annotations

import json
from collections.abc import Sequence
from dataclasses import dataclass

from django.forms import BoundField

from leads.answers import FIELDS
from leads.forms import AnswersForm
from leads.models import Lead, Lpmama
from leads.models.lpmama import Letter
from leads.queries.lead_page import LetterState, areas_of, letter_states


@dataclass(frozen=True, slots=True)
class Block:
    """One letter: its state, and the fields of the form that belong to it by name."""

    state: LetterState
    second: BoundField | None

    @property
    def template(self) -> str:
        """The fields of each letter are laid out by hand."""
        return f"leads/letters/_{self.state.letter.value}.html"


@dataclass(frozen=True, slots=True)
class Mark:
    """A second of the recording at which a letter was answered."""

    letter: str
    label: str
    second: int


def marks_of(answers: Lpmama) -> list[Mark]:
    """Where the player can jump to."""
    seconds = [(letter, getattr(answers, f"{letter}_second", None)) for letter in Letter]
    return [Mark(letter.label[0], letter.label, second) for letter, second in seconds if second is not None]


def blocks_of(form: AnswersForm, states: Sequence[LetterState]) -> list[Block]:
    """Pair each letter with the field for the recording's second, where it has one."""
    blocks = []
    for state in states:
        second = next((name for name in FIELDS[state.letter] if name.endswith("_second")), None)
        blocks.append(Block(state, form[second] if second else None))
    return blocks


def news(event: str, lead: Lead) -> str:
    """An HX-Trigger header with how far each letter is by now, for the marks beside what is being typed."""
    areas_of(lead)
    letters = [
        {
            "letter": state.letter.value,
            "isDone": state.is_done,
            "isNext": state.is_next,
            "detail": state.detail,
            "question": state.question,
        }
        for state in letter_states(lead)
    ]
    return json.dumps({event: {"letters": letters}})
