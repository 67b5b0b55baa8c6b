"""Baton's appointments as a feed: a secret address per member, and what calendars get there.

The least that helps: when, with whom by first name, and a link to the brief, which asks for a login. The UIDs are those
of the invites, so a calendar that has both knows them as one.
"""

from __future__ import annotations

import secrets
from collections.abc import Iterator
from datetime import datetime, timedelta

from django.db import transaction

from handoff.models import AgendaLink, Handoff
from handoff.states import AppointmentStatus
from handoff.words.pieces import brief_link, meeting_of
from notifications.invites import Invite, render_feed
from teams.models import Membership
from teams.tokens import digest_of

#: What is over longer than this is not in the feed.
PAST = timedelta(days=30)
#: More appointments than anybody has in a month and the future; the soonest to end come first.
MOST = 1000


@transaction.atomic
def new_link(*, membership: Membership, at: datetime) -> str:
    """Make a new secret for this member's agenda and return it: it is shown once. The one before ends."""
    secret = secrets.token_urlsafe(32)
    AgendaLink.objects.update_or_create(membership=membership, defaults={"digest": digest_of(secret), "created_at": at})
    return secret


def end_link(*, membership: Membership) -> bool:
    """Give the agenda out no more. False if it was not."""
    return bool(AgendaLink.objects.filter(membership=membership).delete()[0])


def link_of(membership: Membership) -> AgendaLink | None:
    """Return the member's link, if there is one."""
    return AgendaLink.objects.filter(membership=membership).first()


def whose(secret: str) -> Membership | None:
    """Return whose agenda this secret opens; None if nobody's, or of somebody who has left."""
    link = (
        AgendaLink.objects.filter(digest=digest_of(secret), membership__ended_at=None, membership__user__is_active=True)
        .select_related("membership__user", "membership__team")
        .first()
    )
    return link.membership if link else None


def agenda(membership: Membership, *, at: datetime) -> bytes:
    """Return the member's appointments of the last 30 days and all to come, as iCalendar. One query."""
    return render_feed(f"Baton, {membership.team.name}", list(_entries(membership, at)))


def _entries(membership: Membership, at: datetime) -> Iterator[Invite]:
    stands = (AppointmentStatus.BOOKED, AppointmentStatus.HELD, AppointmentStatus.NO_SHOW)
    mine = {"agent": membership} if membership.is_agent else {"setter": membership}
    handoffs = Handoff.objects.visible_to(membership).filter(
        **mine, appointment__status__in=stands, appointment__ends_at__gt=at - PAST
    )
    for handoff in handoffs.select_related("appointment", "lead", "team").order_by("appointment__starts_at")[:MOST]:
        appointment = handoff.appointment
        if appointment is None:
            continue
        yield Invite(
            uid=appointment.uid,
            sequence=appointment.sequence,
            method="REQUEST",
            stamped_at=appointment.created_at,
            starts_at=appointment.starts_at,
            ends_at=appointment.ends_at,
            summary=f"{meeting_of(handoff)} with {handoff.lead.first_name or handoff.lead.name}",
            description=f"Brief: {brief_link(handoff)}",
            location="",
            organizer_name=handoff.team.name,
            attendees=(),
        )
