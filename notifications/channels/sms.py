"""Text messages, to people who asked for them, in their daytime."""

from __future__ import annotations

from notifications import consent, quiet
from notifications.channels.connected import keep_for_the_demo, send_by, time_for
from notifications.channels.segments import size_of
from notifications.channels.text_providers import PROVIDERS
from notifications.channels.text_words import text_of
from notifications.channels.vocabulary import ChannelError, NotYet, OptedOut, Receipt
from notifications.messages import Message
from notifications.models import Delivery
from notifications.models.texts import How
from teams.models import TextsConnection


class SmsChannel:
    """Sends by the team's own account, or draws the text where the team has none and nothing leaves the building."""

    label = "Texts"

    def send(self, delivery: Delivery) -> Receipt:
        """Send the text, if it is still wanted and not night there. Raises ChannelError, NotYet."""
        _check_that_it_may_go(delivery)
        connection: TextsConnection = getattr(delivery.team, "texts", None) or TextsConnection(is_enabled=False)
        body = text_of(Message.from_json(delivery.message), team_name=delivery.team.name)
        try:
            return send_by(
                delivery,
                post=lambda: PROVIDERS[connection.provider].send(
                    connection, to=delivery.address, body=body, within=time_for(delivery)
                ),
                draw=lambda: _draw(delivery, body),
            )
        except OptedOut:
            at = delivery.started_at or delivery.due_at
            consent.opt_out(team=delivery.team, number=delivery.address, how=How.CARRIER, at=at)
            raise


def _check_that_it_may_go(delivery: Delivery) -> None:
    if not delivery.fence:  # never owed, so never claimed: a person tries it out on a number of their own
        return
    if not consent.may_text(delivery.team_id, delivery.address):
        raise ChannelError("They do not want texts.", permanent=True)
    if delivery.zone:
        at = delivery.started_at or delivery.due_at
        opens_at = quiet.next_open(at, delivery.zone)
        if opens_at > at:
            raise NotYet(quiet.WAITS, until=opens_at)


def _draw(delivery: Delivery, body: str) -> Receipt:
    size = size_of(body)
    payload = {"body": body, "encoding": size.encoding, "segments": size.segments}
    return keep_for_the_demo(delivery, where=delivery.recipient_name or delivery.address, payload=payload)
