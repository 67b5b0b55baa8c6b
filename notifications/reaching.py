"""By which quick ways a member can be reached outside Baton: the team's chat, and texts."""

from __future__ import annotations

from django.conf import settings

from notifications import consent, preferences
from notifications.models.preferences import Group
from notifications.slack_people import mention_of
from teams import texts
from teams.models import Membership


def is_in_chat(membership: Membership) -> bool:
    """Whether the team's bot can write to them; in the demo, what is not connected is drawn."""
    connection = getattr(membership.team, "slack", None)
    if connection is None or not connection.is_enabled:
        return False
    if not connection.is_ready:
        return bool(settings.DEMO_OUTBOX)
    return bool(connection.token and mention_of(membership.team_id, membership.pk))


def is_texted(membership: Membership, group: Group) -> bool:
    """Whether they are texted about this: they have agreed to texts, and have not switched these off."""
    chosen = preferences.choice_of(membership, group)
    wants = chosen.by_text if chosen else group in preferences.TEXTED
    number = membership.user.phone
    return wants and bool(number) and texts.are_on(membership.team) and consent.may_text(membership.team_id, number)
