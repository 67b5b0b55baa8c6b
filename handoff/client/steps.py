"""The second step of a change: what was shown to the client, signed, and good for the state that it was shown in.

A machine that sends a form it saw once, a replay, or a page left open while somebody else changed the appointment: each
finds the handoff's revision risen, and changes nothing.
"""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django.core import signing

from handoff.models import Handoff

SALT = "handoff.client.step"
#: As long as somebody may ponder; what they ponder can be shown again.
LIFE = timedelta(hours=1)


class BadStep(Exception):
    """This is not a step that was shown for this handoff as it is now."""


def sign_step(handoff: Handoff, act: str, *, at: datetime, **said: Any) -> str:
    """Return the signed step: what will be done (``said`` is plain data) to the handoff at this revision."""
    step = {"h": handoff.pk, "r": handoff.revision, "x": int((at + LIFE).timestamp()), "a": act, **said}
    return signing.dumps(step, salt=SALT, compress=True)


def read_step(text: str, handoff: Handoff, act: str, *, at: datetime) -> dict[str, Any]:
    """Return what was said when the step was shown. Raises BadStep if it is for anything else, or stale."""
    try:
        step = signing.loads(text, salt=SALT)
    except (signing.BadSignature, ValueError, UnicodeError):
        raise BadStep from None
    expected = {"h": handoff.pk, "r": handoff.revision, "a": act}
    if any(step.get(name) != value for name, value in expected.items()) or at.timestamp() > step["x"]:
        raise BadStep
    return dict(step)
