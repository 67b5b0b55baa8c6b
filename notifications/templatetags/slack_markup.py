"""Slack's markup as HTML, as far as our own cards use it."""

from __future__ import annotations

import html
import re

from django import template
from django.utils.html import escape
from django.utils.safestring import SafeString, mark_safe

from notifications.sheets import AtOnce, NotTaken, conversation_of

register = template.Library()

_MENTION = re.compile(r"(<!channel>|<@[UW][A-Z0-9]+>)")
_BOLD = re.compile(r"(?<![\w*])\*([^*\n]+)\*(?![\w*])")


@register.filter
def slack_markup(text: str) -> SafeString:
    """Return the text as a Slack client shows it: mentions, bold words, line ends; all else is text."""
    parts = []
    for part in _MENTION.split(text):
        if part == "<!channel>":
            parts.append('<span class="slack-mention">@channel</span>')
        elif _MENTION.fullmatch(part):
            parts.append(f'<span class="slack-mention">@{part[2:-1]}</span>')  # letters and digits alone
        else:
            safe = escape(html.unescape(part))
            parts.append(_BOLD.sub(r"<strong>\1</strong>", safe).replace("\n", "<br>"))
    return mark_safe("".join(parts))  # noqa: S308 - every part was escaped above


@register.filter
def acts_at_once(value: str) -> bool:
    """Whether pressing a button that says this does something, where others only ask."""
    try:
        conversation, _ = conversation_of(value.partition("/")[2])
    except NotTaken:
        return False
    return isinstance(conversation, AtOnce)


@register.filter
def slack_plain(text: str) -> str:
    """Return plain text without Slack's three entities; the template escapes it again."""
    return html.unescape(text)
