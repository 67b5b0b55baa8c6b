"""The ways out that a team can connect, by the channel that they serve."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

from teams import connections, mailbox, msteams, slack, smtp, texts
from teams.hub import Look
from teams.models import Team
from teams.models.connections import Connection


@dataclass(frozen=True, slots=True)
class Way:
    """How people call it, where a team has it, the page to mend it on, and what helps against a refusal."""

    label: str
    relation: str
    page: str
    what_to_do: Callable[[str], str]
    facts_of: Callable[[Any], tuple[str, ...]]

    def of(self, team: Team) -> Connection | None:
        """Return the team's connection, if it has one."""
        return getattr(team, self.relation, None)

    def look(self, team: Team) -> Look:
        """How it is, for the overview of settings."""
        connection = self.of(team)
        if connection is None:
            return Look("quiet", "Not set")
        kind, word = connections.pill_of(connection)
        reason = connection.flagged_reason
        trouble = f"{self.what_to_do(reason)}." if reason else ""
        facts = self.facts_of(connection)
        return Look(kind, word, facts, trouble, connection.worked_at, is_tried=connection.is_ready)


WAYS = {
    "slack": Way("Slack", "slack", "teams:slack", slack.what_to_do, slack.facts_of),
    "msteams": Way("Microsoft Teams", "msteams", "teams:msteams", msteams.what_to_do, msteams.facts_of),
    "sms": Way("Texts", "texts", "teams:texts", texts.what_to_do, texts.facts_of),
    # mails of a team without a server of its own go out by the installation's: so this is no channel's name
    "smtp": Way("Your mail server", "smtp", "teams:smtp", smtp.what_to_do, smtp.facts_of),
    # no way out, but kept, tried and mended like one
    "mailbox": Way("Incoming mail", "mailbox", "teams:mailbox", mailbox.what_to_do, mailbox.facts_of),
}
