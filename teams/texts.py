"""By whom a team sends text messages: its own account at a provider. Twilio is the first."""

from __future__ import annotations

from datetime import datetime

from django.conf import settings
from django.db import transaction

from teams import connections
from teams.changes import note_change
from teams.models import Membership, Team, TextsConnection

#: What Twilio means by a code, and what a team lead does about it. https://www.twilio.com/docs/api/errors
WHAT_TO_DO = {
    "20003": "Twilio does not know this account or token: copy both again and save them",
    "20404": "Twilio does not know this account: copy its SID again and save it",
    "20005": "Twilio says the account is not active: look into it there",
    "21212": "Twilio says this is no number to send from: check it and save it",
    "21606": "This number cannot send texts: choose one of your Twilio numbers that can",
    "21659": "This number is not of your Twilio account: choose one that is",
    "21660": "This number is not of your Twilio account: choose one that is",
    "21603": "Twilio wants a number to send from: give one and save it",
    "21701": "Twilio does not know this messaging service: copy its SID again",
    "21703": "The messaging service has no number: add one at Twilio",
    "30032": "Twilio says the toll-free number is not verified yet: verify it there",
    "30034": "Twilio says the number is not registered for business texts (A2P 10DLC): register it there",
}


def what_to_do(reason: str) -> str:
    """Say in words why texts are refused and what helps. ``reason`` begins with a code."""
    known = WHAT_TO_DO.get(reason.partition(" ")[0].rstrip(":"))
    return known or f"Twilio said “{reason.rstrip('.')}”: check the connection and save it again"


@transaction.atomic
def connect(
    *, connection: TextsConnection, account: str, token: str, sender: str, actor: Membership, at: datetime
) -> None:
    """Send by this account from this number or messaging service from now on."""
    connection.account, connection.token, connection.sender = account, token, sender
    connections.begin_again(connection)
    note_change(actor=actor, part="sms", words=f"Twilio account …{account[-4:]}, sending from {sender}", at=at)


def facts_of(connection: TextsConnection) -> tuple[str, ...]:
    """Where texts come from, for the overview."""
    return (f"from {connection.sender}",) if connection.sender else ()


def are_on(team: Team) -> bool:
    """Whether this team's texts go out; in the demo those of a team that has not connected anything are drawn."""
    connection: TextsConnection | None = getattr(team, "texts", None)
    return connection is not None and connection.is_enabled and (connection.is_ready or settings.DEMO_OUTBOX)
