"""What is said to a person, without a word on how it travels. Channels decide how it looks."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import asdict, dataclass
from typing import Any

from notifications.wording import many_lines, one_line


@dataclass(frozen=True, slots=True)
class Fact:
    """One line of a table: what it is, and its value."""

    label: str
    value: str


@dataclass(frozen=True, slots=True)
class Action:
    """A further button. ``style`` is primary, secondary or danger.

    ``press``: what pressing it says to us (``notifications.sheets``), where a channel can tell; elsewhere it is the
    link, and without one there is no such button.
    """

    label: str
    link: str = ""
    style: str = "secondary"
    press: str = ""


@dataclass(frozen=True, slots=True)
class Message:
    """Something to be told. Links are absolute: they are opened from a mailbox or a chat."""

    title: str
    lead_in: str = ""
    facts: tuple[Fact, ...] = ()
    lines: tuple[str, ...] = ()
    link: str = ""
    link_label: str = "Open"
    actions: tuple[Action, ...] = ()
    is_urgent: bool = False
    footer: str = ""
    #: Words of a person to a person: ``lead_in`` is all of it, its greeting too, and no headline repeats the subject.
    is_letter: bool = False
    #: The member (their pk) whom a team's channel names where it knows them there; 0 for nobody.
    concerns: int = 0

    def as_json(self) -> dict[str, Any]:
        """Return plain data that PostgreSQL can store, whatever the texts held."""
        return {
            **asdict(self),
            "title": one_line(self.title),
            "lead_in": many_lines(self.lead_in),
            "facts": [{"label": one_line(fact.label), "value": many_lines(fact.value)} for fact in self.facts],
            "lines": [many_lines(line) for line in self.lines],
            "link": one_line(self.link),
            "link_label": one_line(self.link_label),
            "actions": [
                {
                    "label": one_line(action.label),
                    "link": one_line(action.link),
                    "style": action.style,
                    "press": action.press,
                }
                for action in self.actions
            ],
            "footer": many_lines(self.footer),
        }

    @classmethod
    def from_json(cls, data: Mapping[str, Any]) -> Message:
        """Return the message that ``as_json`` wrote."""
        return cls(
            **{
                **data,
                "facts": tuple(Fact(**fact) for fact in data.get("facts", ())),
                "lines": tuple(data.get("lines", ())),
                "actions": tuple(Action(**action) for action in data.get("actions", ())),
            }
        )
