"""People, teams and their ways."""

from teams.models.absences import Absence, Allowance
from teams.models.agents import AgentProfile, Area, TimeOff, WorkingHours
from teams.models.audit import AuditEntry
from teams.models.changes import SettingChange
from teams.models.connections import MailboxConnection, MailConnection, TeamsConnection, TextsConnection
from teams.models.idempotency import IdempotencyKey
from teams.models.invitations import Invitation
from teams.models.members import Membership, Role
from teams.models.photos import Photo
from teams.models.presence import Presence
from teams.models.roles import RoleChange
from teams.models.state_rules import StateRule
from teams.models.team import Policy, SecondFactor, SlackConnection, Team
from teams.models.tokens import ApiToken, Scope
from teams.models.users import User

__all__ = [
    "Absence",
    "AgentProfile",
    "Allowance",
    "ApiToken",
    "Area",
    "AuditEntry",
    "IdempotencyKey",
    "Invitation",
    "MailConnection",
    "MailboxConnection",
    "Membership",
    "Photo",
    "Policy",
    "Presence",
    "Role",
    "RoleChange",
    "Scope",
    "SecondFactor",
    "SettingChange",
    "SlackConnection",
    "StateRule",
    "Team",
    "TeamsConnection",
    "TextsConnection",
    "TimeOff",
    "User",
    "WorkingHours",
]
