"""Alerts that a team's channels were posted, and what becomes of them: rewritten in place, or followed up."""

from __future__ import annotations

from datetime import datetime

from django.db.models import Q

from notifications.channels.slack import channel_for
from notifications.messages import Message
from notifications.models import Delivery
from notifications.models.deliveries import Audience, ChannelKind
from notifications.owing import deliveries_about, drop_waiting, owe_channel
from notifications.promises.owed import State
from notifications.slack_calls import rewrite


def correct_alert(
    *, about: str, kind: str, message: Message, at: datetime, revision: int, follow_up: Message | None = None
) -> None:
    """Let what the team's channels were told say ``message`` now, in place where a channel can do that.

    Where it cannot, ``follow_up`` is posted below it, if there is one. What was not posted yet is not posted at all.
    """
    drop_waiting(about=about, kinds=[kind], at=at)
    alerts = deliveries_about(about).filter(kind=kind, audience=Audience.CHANNEL)
    posted = list(alerts.filter(Q(state=State.DONE) | Q(lease_until__isnull=False)).select_related("team__slack"))
    in_place = [delivery.pk for delivery in posted if _can_be_rewritten(delivery)]
    rewrite(alerts.filter(pk__in=in_place), message=message, at=at, revision=revision)
    below = {ChannelKind(delivery.channel) for delivery in posted if delivery.pk not in in_place}
    if follow_up and below:
        owe_channel(
            posted[0].team,
            kind=f"{kind[:30]}_after",
            about=about,
            message=follow_up,
            at=at,
            revision=revision,
            channels=below,
        )


def _can_be_rewritten(delivery: Delivery) -> bool:
    """Whether it is Slack's, by a token: a webhook tells no name by which a message could be found again."""
    if delivery.channel != ChannelKind.SLACK:
        return False
    if delivery.state == State.DONE:
        return " " in delivery.provider_ref
    slack = delivery.team.slack  # it is being posted right now
    return not slack.is_ready or bool(slack.token and channel_for(slack, delivery.topic))
