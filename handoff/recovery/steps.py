"""The steps of a play as plain data, and the play that every team begins with."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import asdict, dataclass, fields
from typing import Any, Final

from handoff.models.recovery import StepKind, Way

#: On one day a message goes before the call that refers to it; the end comes last.
_ORDER: Final = {StepKind.MESSAGE: 0, StepKind.CALL: 1, StepKind.NURTURE: 2}


@dataclass(frozen=True, slots=True)
class Step:
    """One step. Its ``name`` stays through all versions of the play, so that it can be counted how it does."""

    name: str
    kind: StepKind
    day: int
    is_on: bool = True
    way: str = ""
    title: str = ""
    text: str = ""
    short: str = ""
    script: str = ""

    @property
    def is_end(self) -> bool:
        """Whether it is the last one, which every play has. Switched off, it leaves the lead's stage alone."""
        return self.kind == StepKind.NURTURE

    def as_json(self) -> dict[str, Any]:
        """Return plain data that PostgreSQL can store."""
        return asdict(self) | {"kind": self.kind.value}

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Step:
        """Return the step that ``as_json`` wrote; what a later version adds has its default."""
        known = {field.name: data[field.name] for field in fields(cls) if field.name in data}
        return cls(**known | {"kind": StepKind(data["kind"])})


def in_order(steps: Iterable[Step]) -> tuple[Step, ...]:
    """Return the steps in the order in which they are taken."""
    return tuple(sorted(steps, key=lambda step: (step.is_end, step.day, _ORDER[step.kind])))


#: What may be said on a call of the play.
CALL_SCRIPTS: Final = ("no_show_call", "no_show_again", "no_show_last", "voicemail")

#: Kind words: somebody who did not come is met with a way back, and never with a reproach.
BUILT_IN: Final = (
    Step(
        "first_message",
        StepKind.MESSAGE,
        0,
        way=Way.TEXT,
        title="Another time with {agent}?",
        text=(
            "We missed each other on {missed}. Things come up, so here is another way in.\n"
            "{agent} has your notes and is glad to talk when it suits you. {agent_title}\n"
            "?{agent_line}\n"
            "Choose any time below. It takes a moment, and you get a new invite at once."
        ),
        short="We missed each other, {first_name}. {agent_first} is glad to talk when it suits you: choose any time.",
    ),
    Step("first_call", StepKind.CALL, 0, script="no_show_call"),
    Step("second_call", StepKind.CALL, 1, script="no_show_again"),
    Step("third_call", StepKind.CALL, 3, script="no_show_again"),
    Step(
        "last_message",
        StepKind.MESSAGE,
        6,
        is_on=False,
        way=Way.MAIL,
        title="{agent_first} still has your notes",
        text=(
            "This is the last we write about it, so that your inbox stays yours.\n"
            "If homes are still on your mind, {agent} will pick up where you left off with {isa}.\n"
            "Any time below is yours for the asking. If the moment has passed, there is nothing to do."
        ),
        short="Still looking, {first_name}? {agent_first} has your notes. Choose any time; we won't ask again.",
    ),
    Step("last_call", StepKind.CALL, 7, script="no_show_last"),
    Step("end", StepKind.NURTURE, 8),
)
