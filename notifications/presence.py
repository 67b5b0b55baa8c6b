"""Telling open pages at once who is on call by now: the agent's own, and those that show who can be rung."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from django.dispatch import receiver

from notifications.pushing import push
from teams.models import Membership, Role
from teams.signals import presence_changed

TOPIC = "presence"


@receiver(presence_changed, dispatch_uid="notifications.presence.tell_pages")
def tell_of_presence(*, member: Membership, at: datetime, **_: Any) -> None:
    """Have the agent's pages look at it again, and those of the ISAs and team leads who may want to ring somebody."""
    team = Membership.objects.active().filter(team=member.team_id, role__in=(Role.ISA, Role.LEAD))
    push(to=[member.pk, *team.values_list("pk", flat=True)], topic=TOPIC, ref=str(member.pk), at=at)


def tell_own_pages(member_id: int, *, at: datetime) -> None:
    """Have the agent's own pages look at it again: another ring was missed, or none is missed any more."""
    push(to=[member_id], topic=TOPIC, ref=str(member_id), at=at)
