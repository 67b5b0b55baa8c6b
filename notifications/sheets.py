"""What people answer in a chat: a sheet of questions, drawn by the channel, or a press that acts at once.

A room registers a conversation for a topic; a button that says ``topic/…`` opens its sheet, or does what it says. No
channel is named here.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Protocol, runtime_checkable

from teams.models import Membership


class NotTaken(Exception):
    """There is nothing to ask or to take; the text says why, to the person who pressed."""


class Unclear(Exception):
    """Answers are missing or contradict each other; ``errors`` says what is wrong with each question, by name."""

    def __init__(self, errors: Mapping[str, str]) -> None:
        self.errors = dict(errors)
        super().__init__(" ".join(self.errors.values()))


@dataclass(frozen=True, slots=True)
class Option:
    """One of the answers to choose from."""

    value: str
    label: str


@dataclass(frozen=True, slots=True)
class Question:
    """One question: with options a choice, else a line, or a text of several lines."""

    name: str
    label: str
    options: tuple[Option, ...] = ()
    hint: str = ""
    is_required: bool = False
    is_long: bool = False
    most: int = 150  # characters


@dataclass(frozen=True, slots=True)
class Sheet:
    """What is asked at once. ``title`` has at most 24 characters."""

    title: str
    lead_in: str
    questions: tuple[Question, ...]
    submit: str = "Save"


class Conversation(Protocol):
    """How a topic is asked and taken, without the network. ``words`` is what the button said after the topic."""

    def ask(self, member: Membership, words: str, *, at: datetime) -> Sheet:
        """Return the questions. Raises NotTaken."""

    def take(self, member: Membership, words: str, answers: Mapping[str, str], *, at: datetime) -> str:
        """Do what was answered, and return a word of thanks. Raises NotTaken or Unclear."""


@runtime_checkable
class AtOnce(Protocol):
    """How a topic is taken whose buttons ask nothing: pressing one is the answer."""

    def do(self, member: Membership, words: str, *, at: datetime) -> str:
        """Do what the button says, and return what the person is told who pressed it. Raises NotTaken."""


_conversations: dict[str, Conversation | AtOnce] = {}


def talk_about(topic: str, conversation: Conversation | AtOnce) -> None:
    """Have this one ask and take, or do, what buttons of the topic are about."""
    _conversations[topic] = conversation


def conversation_of(press: str) -> tuple[Conversation | AtOnce, str]:
    """Return who talks about what a button says, and the rest of its words. Raises NotTaken."""
    topic, _, words = press.partition("/")
    if topic not in _conversations:
        raise NotTaken("This button is of an older message. Open Baton to go on.")
    return _conversations[topic], words


def who_asks(press: str) -> tuple[Conversation, str]:
    """Do the same for what is answered by a sheet. Raises NotTaken for a button that acts at once, too."""
    conversation, words = conversation_of(press)
    if isinstance(conversation, AtOnce):
        raise NotTaken("This is answered by the button itself. Press it in the message.")
    return conversation, words
