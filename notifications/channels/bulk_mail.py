"""What a mail that nobody asked for has more than others: a last look before it goes, a way out, and who sends it."""

from __future__ import annotations

from notifications import consent, quiet
from notifications.channels.vocabulary import ChannelError, NotYet, Unwanted
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.unsubscribe.links import unsubscribe_link


def check_that_it_may_go(delivery: Delivery) -> None:
    """Look once more, right before the mail server is asked. Raises Unwanted, NotYet, ChannelError.

    It was claimed a moment ago, and may have been dropped since: a handoff stops what runs in its own transaction.
    """
    if not delivery.fence:  # never owed, so never claimed: a person looks at it
        return
    mine = Delivery.objects.filter(pk=delivery.pk, fence=delivery.fence, state=State.WAITING)
    if not mine.exists():
        raise Unwanted("Stopped before it went out.")
    if not consent.may_mail(delivery.team_id, delivery.address):
        raise Unwanted(consent.UNSUBSCRIBED)
    if not delivery.team.postal_address:
        raise ChannelError("The team has no postal address any more: add it in Settings, Team.", permanent=True)
    at = delivery.started_at or delivery.due_at
    if delivery.zone and (opens_at := quiet.next_open(at, delivery.zone)) > at:
        raise NotYet(quiet.WAITS, until=opens_at)


def headers_of(delivery: Delivery) -> dict[str, str]:
    """Return what lets mail programs show a button to unsubscribe (RFC 2369, 3.2; RFC 8058, 3.1)."""
    link = unsubscribe_link(delivery.team, delivery.address)
    return {"List-Unsubscribe": f"<{link}>", "List-Unsubscribe-Post": "List-Unsubscribe=One-Click"}
