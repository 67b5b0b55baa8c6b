"""A message as an Adaptive Card. Schema: https://adaptivecards.io/explorer; limit of a post: 28 KB.

People's words are put into text runs alone: ``TextRun`` reads no markup, where ``TextBlock`` and ``FactSet`` read
Markdown and each client escapes it differently. So a lead called ``[click](https://…)`` is just called that.
"""

from __future__ import annotations

import json
from typing import Any

from notifications.messages import Action, Fact, Message
from notifications.wording import cut

LIMIT = 27_000  # bytes of JSON; Teams takes 28 KB
TITLE, TEXT, FACT, LABEL, BUTTON, URL = 150, 3000, 1000, 100, 75, 2000  # characters
MOST_FACTS = 30
MOST_LINES = 20
MOST_BUTTONS = 5  # Teams shows six
STYLES = {"primary": "positive", "danger": "destructive"}


def card(message: Message) -> dict[str, Any]:
    """Return the payload of the workflow's address. Long texts are halved until the whole fits."""
    shrink = 1
    while len(json.dumps(payload := _payload(message, shrink)).encode()) > LIMIT:
        shrink *= 2
    return payload


def _payload(message: Message, shrink: int) -> dict[str, Any]:
    content = {
        "$schema": "http://adaptivecards.io/schemas/adaptive-card.json",
        "type": "AdaptiveCard",
        "version": "1.4",
        "fallbackText": cut(message.title, TITLE),
        "body": _body(message, shrink),
        "actions": _actions(message, shrink),
        "msteams": {"width": "Full"},
    }
    attached = {"contentType": "application/vnd.microsoft.card.adaptive", "contentUrl": None, "content": content}
    return {"type": "message", "attachments": [attached]}


def _body(message: Message, shrink: int) -> list[dict[str, Any]]:
    heading = _run(cut(message.title, TITLE), size="Large", weight="Bolder")
    body = [_block(_run("Urgent", color="Attention", weight="Bolder"))] if message.is_urgent else []
    body.append(_block(heading))
    if message.lead_in:
        body.append(_block(_run(cut(message.lead_in, TEXT // shrink))))
    facts = message.facts[: max(1, MOST_FACTS // shrink)]
    body.extend(_fact(fact, shrink, is_first=number == 0) for number, fact in enumerate(facts))
    lines = message.lines[: max(1, MOST_LINES // shrink)]
    body.extend(_block(_run(f"• {cut(line, TEXT // MOST_LINES // shrink * 4)}")) for line in lines)
    if message.footer:
        body.append(_block(_run(cut(message.footer, TEXT // 4 // shrink), size="Small", isSubtle=True), separator=True))
    return body


def _fact(fact: Fact, shrink: int, *, is_first: bool) -> dict[str, Any]:
    label = _run(f"{cut(fact.label, LABEL // min(shrink, 4))}: ", weight="Bolder")
    spacing = "Medium" if is_first else "Small"
    return _block(label, _run(cut(fact.value, max(20, FACT // shrink))), spacing=spacing)


def _actions(message: Message, shrink: int) -> list[dict[str, Any]]:
    actions = list(message.actions)
    if message.link:
        actions.insert(0, Action(label=message.link_label, link=message.link, style="primary"))
    return [
        {
            "type": "Action.OpenUrl",
            "title": cut(action.label, BUTTON) or "Open",
            "url": action.link,
            **({"style": STYLES[action.style]} if action.style in STYLES else {}),
        }
        for action in actions[:MOST_BUTTONS]
        if len(action.link) <= max(300, URL // shrink) and action.link.startswith(("https://", "http://"))
    ]


def _block(*runs: dict[str, Any], **look: Any) -> dict[str, Any]:
    return {"type": "RichTextBlock", "inlines": list(runs), **look}


def _run(text: str, **look: Any) -> dict[str, Any]:
    return {"type": "TextRun", "text": text, **look}
