"""The button of a test message in Slack: whoever presses it proves that what is pressed there reaches us."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime

from notifications.sheets import Sheet, talk_about
from teams.models import Membership

PRESS = "trial/ok"
WORKS = "It works: Baton hears what is pressed here, and whose press it was."


class Trial:
    """Asks nothing, and says that it heard."""

    def ask(self, member: Membership, words: str, *, at: datetime) -> Sheet:  # noqa: ARG002 - as every conversation
        """Say that the button was heard."""
        return Sheet("Buttons work", f"{member.user.first_name}, it works: Baton hears what is pressed here.", ())

    def take(self, member: Membership, words: str, answers: Mapping[str, str], *, at: datetime) -> str:  # noqa: ARG002
        """Say that answers arrive, too."""
        return WORKS


talk_about("trial", Trial())
