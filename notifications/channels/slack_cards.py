"""A message as a Slack card. Limits: https://docs.slack.dev/reference/block-kit/blocks."""

from __future__ import annotations

import itertools
from typing import Any

from slack_sdk.models.blocks import (
    ActionsBlock,
    Block,
    ButtonElement,
    ContextBlock,
    HeaderBlock,
    MarkdownTextObject,
    PlainTextObject,
    SectionBlock,
)

from notifications.messages import Action, Fact, Message

HEADER = 150
FIELD = 2000
FIELDS_IN_SECTION = 10
SECTION = 3000
BUTTON = 75
BUTTON_URL = 3000
MOST_FACTS = 30
MOST_LINES = 20
MOST_BUTTONS = 5  # Slack takes 25; more than five is no choice
MANY_PEOPLE = "<!channel>"
ELLIPSIS = "…"

_ENTITIES = {"&": "&amp;", "<": "&lt;", ">": "&gt;"}


def card(
    message: Message, *, mention: str = "", answers_to: int | None = None, is_direct: bool = False
) -> dict[str, Any]:
    """Return the payload of chat.postMessage and of webhooks, without the channel. Urgent ones ping everybody there.

    ``mention`` is Slack's id of the person whom it concerns. ``answers_to`` is the team that hears what is pressed;
    without one, every button is a link. ``is_direct``: one person alone reads it, and is told by it being written.
    """
    ping = f"{MANY_PEOPLE} " if message.is_urgent and not is_direct else ""
    ping += f"<@{mention}> " if mention else ""
    told = escaped(message.lead_in, SECTION - len(ping))
    blocks: list[Block] = [HeaderBlock(text=_plain(message.title, HEADER))]
    if ping or told:
        blocks.append(SectionBlock(text=_markup(f"{ping}{told}".strip())))
    facts = [_fact(fact) for fact in message.facts[:MOST_FACTS]]
    starts = range(0, len(facts), FIELDS_IN_SECTION)
    blocks.extend(SectionBlock(fields=facts[start : start + FIELDS_IN_SECTION]) for start in starts)
    if message.lines:
        lines = "\n".join(f"• {line}" for line in message.lines[:MOST_LINES])
        blocks.append(SectionBlock(text=_markup(escaped(lines, SECTION))))
    if buttons := _buttons(message, answers_to):
        blocks.append(ActionsBlock(elements=buttons))
    if message.footer:
        blocks.append(ContextBlock(elements=[_markup(escaped(message.footer, SECTION))]))
    summary = " · ".join(part for part in (message.title, message.lead_in) if part)
    return {"text": f"{ping}{escaped(summary, SECTION - len(ping))}", "blocks": [block.to_dict() for block in blocks]}


def escaped(text: str, limit: int) -> str:
    """Return people's text so that Slack reads no markup in it, cut to ``limit`` characters with its entities whole.

    A lead called ``<!channel>`` pages nobody.
    """
    parts = [_ENTITIES.get(character, character) for character in text]
    if sum(map(len, parts)) <= limit:
        return "".join(parts)
    room = limit - len(ELLIPSIS)
    ends = itertools.accumulate(map(len, parts))
    return "".join(part for part, end in zip(parts, ends, strict=True) if end <= room).rstrip() + ELLIPSIS


def _fact(fact: Fact) -> MarkdownTextObject:
    label = escaped(fact.label, 100)
    return _markup(f"*{label}*\n{escaped(fact.value, FIELD - len(label) - 3)}")


def _buttons(message: Message, answers_to: int | None) -> list[ButtonElement]:
    pressed = [action for action in message.actions if action.press] if answers_to else []
    linked = [action for action in message.actions if action not in pressed]
    if message.link:
        style = "secondary" if pressed else "primary"
        linked.insert(0, Action(label=message.link_label or "Open", link=message.link, style=style))
    buttons = [_pressed(action, number, answers_to or 0) for number, action in enumerate(pressed)]
    buttons += [_linked(action, number, answers_to) for number, action in enumerate(linked) if _fits(action)]
    return buttons[:MOST_BUTTONS]


def _pressed(action: Action, number: int, team: int) -> ButtonElement:
    return ButtonElement(
        text=_plain(action.label, BUTTON),
        action_id=f"press_{number}",
        value=f"{team}/{action.press}",
        style="primary" if number == 0 else None,
    )


def _linked(action: Action, number: int, team: int | None) -> ButtonElement:
    """A button with a link. Slack tells us of it too, and wants to hear that we heard: so it names the team."""
    return ButtonElement(
        text=_plain(action.label or "Open", BUTTON),
        action_id=f"open_{number}",
        url=action.link,
        value=f"{team}/" if team else None,
        style=action.style if action.style in {"primary", "danger"} else None,
    )


def _fits(action: Action) -> bool:
    return 0 < len(action.link) <= BUTTON_URL


def _plain(text: str, limit: int) -> PlainTextObject:
    return PlainTextObject(text=escaped(text, limit) or ELLIPSIS, emoji=False)


def _markup(text: str) -> MarkdownTextObject:
    """Return text in which Slack turns nothing into a link or a mention by itself."""
    return MarkdownTextObject(text=text, verbatim=True)
