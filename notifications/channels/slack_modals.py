"""A sheet of questions as a Slack modal, and its answers read back. https://docs.slack.dev/reference/views."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from notifications.channels.slack_cards import escaped
from notifications.sheets import Question, Sheet

TITLE, LABEL, OPTION, HINT = 24, 2000, 75, 2000
MOST_OPTIONS = 100
ANSWER = "answer"


def modal(sheet: Sheet, *, metadata: str) -> dict[str, Any]:
    """Return the view that asks this. ``metadata`` comes back with the answers."""
    return {
        "type": "modal",
        "callback_id": "sheet",
        "private_metadata": metadata,
        "title": _plain(sheet.title, TITLE),
        "submit": _plain(sheet.submit, TITLE),
        "close": _plain("Cancel", TITLE),
        "blocks": [_section(sheet.lead_in), *(_input(question) for question in sheet.questions)],
    }


def last_word(title: str, words: str) -> dict[str, Any]:
    """Return the view that says how it ended, and asks nothing more."""
    return {
        "type": "modal",
        "title": _plain(title, TITLE),
        "close": _plain("Close", TITLE),
        "blocks": [_section(words)],
    }


def answers_in(view: Mapping[str, Any]) -> dict[str, str]:
    """Return what was answered, by question; empty where nothing was. Anything of another shape is no answer."""
    state = view.get("state")
    values = state.get("values") if isinstance(state, dict) else None
    if not isinstance(values, dict):
        return {}
    return {str(name): _said(block) for name, block in values.items()}


def _said(block: object) -> str:
    element = block.get(ANSWER) if isinstance(block, dict) else None
    if not isinstance(element, dict):
        return ""
    chosen = element.get("selected_option")
    said = chosen.get("value") if isinstance(chosen, dict) else element.get("value")
    return said if isinstance(said, str) else ""


def _input(question: Question) -> dict[str, Any]:
    block: dict[str, Any] = {
        "type": "input",
        "block_id": question.name,
        "optional": not question.is_required,
        "label": _plain(question.label, LABEL),
        "element": _choice(question) if question.options else _line(question),
    }
    if question.hint:
        block["hint"] = _plain(question.hint, HINT)
    return block


def _choice(question: Question) -> dict[str, Any]:
    options = question.options[:MOST_OPTIONS]
    return {
        "type": "static_select",
        "action_id": ANSWER,
        "options": [{"text": _plain(option.label, OPTION), "value": option.value} for option in options],
    }


def _line(question: Question) -> dict[str, Any]:
    return {
        "type": "plain_text_input",
        "action_id": ANSWER,
        "multiline": question.is_long,
        "max_length": question.most,
    }


def _section(words: str) -> dict[str, Any]:
    return {"type": "section", "text": {"type": "mrkdwn", "text": escaped(words, 3000), "verbatim": True}}


def _plain(words: str, limit: int) -> dict[str, Any]:
    return {"type": "plain_text", "text": escaped(words, limit) or "…", "emoji": False}
