"""Open boards are told at once of what changes a handoff's risks, in the transaction of the change.

Whatever people do to a handoff stands in its lead's story, so the story is what is listened to; of the steps, only
those that fail, or are done after they had, are told: one that goes well
turns a chip alone, and the next look is soon enough for that.
"""

from __future__ import annotations

from datetime import datetime
from typing import Any, Final

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, QuerySet
from django.dispatch import receiver
from django.utils import timezone

from handoff.client.granting import WISH
from handoff.cover.settling import ABOUT as COVER
from handoff.models import Handoff
from handoff.states import HandoffStatus
from leads.models import Activity
from leads.signals import story_told
from notifications.models import Delivery
from notifications.promises.owed import Owed
from notifications.promises.signals import given_up, kept, written_off
from notifications.pushing import push
from notifications.signals import came_back
from teams.models import Membership, Role, TimeOff
from teams.signals import time_off_ending, time_off_noted

TOPIC: Final = "handoff"
#: What of a lead's story changes how its handoff stands.
CHANGES: Final = {
    "agent_left",
    "brief_read",
    "calendar_reply",
    "cancelled",
    "confirmed",
    "handoff",
    "inherited",
    "mended",
    "merged",
    "moved",
    "outcome",
    "reassigned",
    "recording",
    "retry",
    "taken_back",
    "timed",
    COVER,
    WISH,
}


@receiver(story_told, dispatch_uid="handoff.baton.follow_story")
def follow_story(*, entry: Activity, **_: Any) -> None:
    """Tell those who look at the lead's last handoff: it may have ended by this."""
    if entry.kind not in CHANGES:
        return
    if handoff := _followed().filter(lead=entry.lead_id).order_by("-pk").first():
        _tell(handoff, at=entry.at)


@receiver([given_up, kept, written_off], dispatch_uid="handoff.baton.follow_steps")
def follow_step(*, owed: Owed, **_: Any) -> None:
    """Tell of a step that failed, or that was done or let go after it had."""
    _tell_about(owed.about)


@receiver(came_back, dispatch_uid="handoff.baton.follow_mails")
def follow_mail(*, delivery: Delivery, **_: Any) -> None:
    """Tell of a mail that was not delivered after all."""
    _tell_about(delivery.about)


@receiver([time_off_noted, time_off_ending], dispatch_uid="handoff.baton.follow_time_off")
def follow_time_off(*, time_off: TimeOff, at: datetime, **_: Any) -> None:
    """Tell of an agent who is away, or is not."""
    agent = time_off.membership
    leads = _leads().filter(team=agent.team_id).values_list("pk", flat=True)
    push(to=[agent.pk, *leads], topic=TOPIC, ref="", at=at)


def _tell_about(about: str) -> None:
    room, _, number = about.partition("/")
    if room != "handoff" or not number.isdecimal():
        return
    handoff = _followed().filter(pk=int(number), status=HandoffStatus.OPEN).first()
    if handoff:
        _tell(handoff, at=timezone.now())


def _tell(handoff: Handoff, *, at: datetime) -> None:
    to = [handoff.setter_id, handoff.agent_id, *handoff.team_leads]  # type: ignore[attr-defined]  # annotated
    push(to=to, topic=TOPIC, ref=str(handoff.pk), at=at)


def _followed() -> QuerySet[Handoff]:
    """Return handoffs with the leads of their teams, who look at all of them."""
    return Handoff.objects.annotate(team_leads=ArraySubquery(_leads().filter(team=OuterRef("team")).values("pk")))


def _leads() -> QuerySet[Membership]:
    return Membership.objects.active().filter(role=Role.LEAD)
