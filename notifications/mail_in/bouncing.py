"""A mail of ours that came back is marked so on its receipt, and a person is told.

Where the address is dead no mail that nobody asked for follows it. What a client asked for is sent there all the same.
"""

from __future__ import annotations

from datetime import datetime

from notifications import consent
from notifications.mail_in.reading import Mail
from notifications.models import Delivery, MailIn
from notifications.models.deliveries import ChannelKind
from notifications.models.mails import MailHow
from notifications.signals import came_back


def note_bounce(kept: MailIn, mail: Mail, *, at: datetime) -> bool:
    """Mark the delivery that came back, the first time it does. False if it is none of this team's."""
    if mail.bounce is None:
        return False
    ours = Delivery.objects.filter(
        team=kept.team_id, channel=ChannelKind.EMAIL, provider_ref__in=mail.bounce.message_ids
    )
    delivery = ours.select_related("team", "responsible__user", "recipient__user").order_by("-pk").first()
    if delivery is None:
        return False
    reason = mail.bounce.reason or "No reason given."
    if ours.filter(pk=delivery.pk, came_back_at=None).update(came_back_at=at, why_back=reason[:300]):
        delivery.came_back_at, delivery.why_back = at, reason[:300]
        came_back.send(sender=Delivery, delivery=delivery, at=at)
        if mail.bounce.is_address_dead and mail.bounce.recipient == delivery.address.lower():
            # Whoever can name that mail has had it, or runs the server it went to: neither stops anybody else's mail
            consent.mail_opt_out(
                team=delivery.team, address=delivery.address, how=MailHow.BOUNCED, wording=reason, at=at
            )
    return True
