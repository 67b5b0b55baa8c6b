"""Teams in the admin: to be looked at. Whatever changes them goes through a verb."""

from datetime import datetime

from django.contrib import admin

from teams.models import (
    AgentProfile,
    ApiToken,
    Area,
    AuditEntry,
    MailboxConnection,
    MailConnection,
    Membership,
    Policy,
    Presence,
    SlackConnection,
    Team,
    TeamsConnection,
    TextsConnection,
    User,
)
from teams.presence import go_off_call
from teams.repair.actions import Refusal, repair
from teams.repair.read_only import ReadOnlyAdmin
from teams.sessions import end_sessions as end_sessions_of
from teams.tokens import revoke_token

__all__ = ["ReadOnlyAdmin"]


@repair(label="Sign out everywhere")
def end_sessions(person: User, *, reason: str, at: datetime) -> str:  # noqa: ARG001 - an action's signature
    """End every session of these people: a lost phone, a shared password."""
    return f"signed {person.email} out everywhere ({end_sessions_of(person)})"


@repair(label="Revoke these tokens")
def revoke(token: ApiToken, *, reason: str, at: datetime) -> str:  # noqa: ARG001
    """End keys of programs at once."""
    if not revoke_token(token=token, at=at):
        raise Refusal("It was revoked before.")
    return f"revoked the token “{token.name}”"


@repair(label="Take off call")
def take_off_call(presence: Presence, *, reason: str, at: datetime) -> str:  # noqa: ARG001
    """Ring these people no more: a phone that was left behind."""
    if not go_off_call(member=presence.membership, at=at):
        raise Refusal("They are not on call.")
    return f"took {presence.membership.user} off call"


@admin.register(User)
class UserAdmin(ReadOnlyAdmin):
    """People."""

    list_display = ("email", "name", "zone", "is_active", "is_staff", "joined_at")
    search_fields = ("email", "name")
    actions = (end_sessions,)


@admin.register(Team)
class TeamAdmin(ReadOnlyAdmin):
    """Teams."""

    list_display = ("name", "slug", "zone", "created_at")
    search_fields = ("name", "slug")


@admin.register(Membership)
class MembershipAdmin(ReadOnlyAdmin):
    """Who belongs where."""

    list_display = ("user", "team", "role", "created_at", "ended_at")
    list_filter = ("role",)
    list_select_related = ("user", "team")
    search_fields = ("user__email", "user__name", "team__name")


@admin.register(AgentProfile)
class AgentProfileAdmin(ReadOnlyAdmin):
    """How agents are presented."""

    list_display = ("membership", "title", "takes_handoffs")
    list_select_related = ("membership__user",)


@admin.register(Presence)
class PresenceAdmin(ReadOnlyAdmin):
    """Who takes live transfers, since when and until when."""

    list_display = ("membership", "since", "until", "ended_because", "ended_at", "missed")
    list_filter = ("ended_because",)
    list_select_related = ("membership__user",)
    actions = (take_off_call,)


@admin.register(Area)
class AreaAdmin(ReadOnlyAdmin):
    """Where teams work."""

    list_display = ("name", "team", "median_price")
    list_select_related = ("team",)


@admin.register(Policy)
class PolicyAdmin(ReadOnlyAdmin):
    """How teams work."""

    list_display = ("team", "appointment_minutes", "outcome_hours")
    list_select_related = ("team",)


@admin.register(SlackConnection)
class SlackConnectionAdmin(ReadOnlyAdmin):
    """Where alerts go; never their secrets."""

    list_display = ("team", "channel", "is_enabled", "flagged_reason", "flagged_at")
    list_select_related = ("team",)


@admin.register(TeamsConnection)
class TeamsConnectionAdmin(ReadOnlyAdmin):
    """Where alerts go in Microsoft Teams; never the address."""

    list_display = ("team", "channel", "is_enabled", "flagged_reason", "flagged_at", "worked_at")
    list_select_related = ("team",)


@admin.register(TextsConnection)
class TextsConnectionAdmin(ReadOnlyAdmin):
    """By whom texts go out; never the token, nor the address for answers."""

    list_display = ("team", "provider", "sender", "is_enabled", "flagged_reason", "flagged_at", "worked_at")
    list_select_related = ("team",)
    exclude = ("inbound_key",)


@admin.register(MailConnection)
class MailConnectionAdmin(ReadOnlyAdmin):
    """By which server a team's mails go out; never the password."""

    list_display = ("team", "host", "port", "from_address", "is_enabled", "flagged_reason", "flagged_at", "worked_at")
    list_select_related = ("team",)


@admin.register(MailboxConnection)
class MailboxConnectionAdmin(ReadOnlyAdmin):
    """Where answers come in; never the password, nor the secret address."""

    list_display = ("team", "address", "host", "is_enabled", "flagged_reason", "flagged_at", "worked_at")
    list_select_related = ("team",)
    exclude = ("inbound_key", "key_mark")


@admin.register(ApiToken)
class ApiTokenAdmin(ReadOnlyAdmin):
    """Keys of programs; never their hashes."""

    list_display = ("name", "membership", "scopes", "created_at", "expires_at", "revoked_at", "last_used_at")
    list_select_related = ("membership__user",)
    actions = (revoke,)


@admin.register(AuditEntry)
class AuditEntryAdmin(ReadOnlyAdmin):
    """What the triggers saw, row by row; the audit page reads better."""

    list_display = ("at", "model", "row", "operation", "context_id")
    list_filter = ("operation",)
