"""A message as a text: who writes, what happened, where to look, how to end it. At most three segments."""

from __future__ import annotations

import re

from notifications.channels.segments import plainer, size_of
from notifications.messages import Message
from notifications.wording import one_line

MOST_SEGMENTS = 3
SHORTEST = 20  # characters of what happened that are kept whatever the link takes
HOW_TO_STOP = "Reply STOP to end texts."

_SCHEME = re.compile(r"[a-z][a-z0-9+.-]*://", re.IGNORECASE)
_DOT_IN_A_NAME = re.compile(r"(?<=\w)\.(?=[^\W\d_])")


def text_of(message: Message, *, team_name: str) -> str:
    """Return the words to send. The title is cut until all of it fits; the link and the way out are never cut."""
    end = " ".join(part for part in (message.link, HOW_TO_STOP) if part)
    start = plainer(harmless(one_line(team_name, 40)))
    title = plainer(harmless(one_line(message.title)))
    while size_of(text := _joined(start, title, end)).segments > MOST_SEGMENTS:
        if len(title) > SHORTEST:
            title = _shorter(title)
        elif len(start) > SHORTEST:
            start = _shorter(start)
        else:  # a link as long as that is ours alone to make; let it cost what it costs
            break
    return text


def harmless(text: str) -> str:
    """Return people's words so that no phone makes a link of them: whoever fills in a form could be anybody."""
    return _DOT_IN_A_NAME.sub(". ", _SCHEME.sub("", text))


def _shorter(text: str) -> str:
    kept = text.removesuffix("...")
    return kept[: max(SHORTEST - 3, len(kept) - 8)].rstrip(" .,:") + "..."


def _joined(start: str, title: str, end: str) -> str:
    stop = "" if title.endswith((".", "!", "?")) else "."
    return f"{start}: {title}{stop} {end}"
