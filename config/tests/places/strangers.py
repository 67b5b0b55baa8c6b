"""Pages of people who are not signed in: from mails, texts and invitations."""

from __future__ import annotations

import re
from datetime import timedelta

from django.core import signing
from django.urls import reverse
from django.utils import timezone

from config.tests.places.place import LEAD, Place
from handoff import links
from handoff.client.links import token_for
from handoff.live.links import token_for as token_for_ring
from handoff.live.requesting import request_transfer
from handoff.models import (
    Handoff,
    Ring,
)
from leads.tests.factories import ready_lead
from notifications.models import Delivery
from notifications.promises.owed import State
from notifications.promises.timers import call_off
from notifications.unsubscribe import links as unsubscribing
from teams.invitations import invite
from teams.models import Membership, Presence, Role
from teams.presence import go_on_call


def strangers() -> list[Place]:
    overdue = Handoff.objects.open().order_by("outcome_due_at").first()
    assert overdue is not None
    meeting = Handoff.objects.open().filter(appointment__starts_at__gt=timezone.now()).first()
    assert meeting is not None
    of_client = token_for(meeting)
    cant = links.cover_link(meeting, meeting.agent).rstrip("/").rsplit("/", 1)[1]
    token = links.outcome_link(overdue, overdue.agent).rstrip("/").rsplit("/", 1)[1]
    return [
        Place("login", reverse("account_login")),
        Place("password-reset", reverse("account_reset_password")),
        Place("outcome-from-mail", reverse("handoff:outcome-link", args=[token])),
        Place("outcome-from-mail-showed", reverse("handoff:outcome-link", args=[token]) + "?showed=yes"),
        Place("outcome-from-mail-no-show", reverse("handoff:outcome-link", args=[token]) + "?showed=no"),
        Place("outcome-from-mail-moved", reverse("handoff:outcome-link", args=[token]) + "?showed=moved"),
        Place("outcome-recorded", reverse("handoff:outcome-recorded")),
        Place("invitation", _path_of_an_invitation()),
        Place("invitation-forged", reverse("teams:invitation", args=["no"]), status=404),
        Place("client-appointment", reverse("handoff:client-appointment", args=[of_client])),
        Place("client-times", reverse("handoff:client-times", args=[of_client])),
        Place("client-times-of-team", reverse("handoff:client-times", args=[of_client]) + "?team=1"),
        Place("client-cancel", reverse("handoff:client-cancel", args=[of_client])),
        Place("client-call", reverse("handoff:client-call", args=[of_client])),
        Place("client-rebook", reverse("handoff:client-times", args=[token_for(_missed())])),
        Place("client-missed", reverse("handoff:client-appointment", args=[token_for(_missed())])),
        Place("client-forged-link", reverse("handoff:client-appointment", args=["no"]), status=404),
        Place("unsubscribe", reverse("notifications:unsubscribe", args=[_way_out(meeting)])),
        Place("unsubscribe-forged", reverse("notifications:unsubscribe", args=["no"]), status=404),
        Place("cant-from-mail", reverse("handoff:cant-link", args=[cant])),
        Place("cant-said", reverse("handoff:cant-said")),
        Place("ring-from-text", reverse("handoff:ring-link", args=[token_for_ring(_ringing())])),
        Place("ring-forged-link", reverse("handoff:ring-link", args=["no"]), status=404),
        Place("outcome-forged-link", reverse("handoff:outcome-link", args=[signing.dumps("no")]), status=404),
    ]


def _ringing() -> Ring:
    """A ring that lasts long enough to be looked at, of people whose own pages are not."""
    at = timezone.now()
    there = Ring.objects.ringing().filter(ends_at__gt=at + timedelta(hours=1)).first()
    if there is not None:
        return there
    ben, ian = (Membership.objects.get(user__email=f"{name}@example.com") for name in ("ben", "ian"))
    go_on_call(member=ben, until=at + timedelta(hours=2), at=at)
    transfer = request_transfer(lead=ready_lead(ben.team, ian), setter=ian, at=at)
    # Their time is over then: going off call would end the ring.
    Presence.objects.filter(membership=ben).update(since=at - timedelta(hours=1), until=at)
    call_off(about=transfer.about, at=at)
    Ring.objects.filter(transfer=transfer).update(ends_at=at + timedelta(days=1))
    return Ring.objects.get(transfer=transfer)


def _way_out(handoff: Handoff) -> str:
    """The signed part of a link by which the client of this handoff ends mail that they did not ask for."""
    return unsubscribing.token_for(handoff.team, handoff.lead.emails.all()[0].address)


def _missed() -> Handoff:
    """A recent no-show whose lead has no newer handoff, so that its link still offers times."""
    missed = Handoff.objects.filter(outcome__showed="no").order_by("-outcome_due_at").first()
    assert missed is not None
    return missed


def _path_of_an_invitation() -> str:
    """The link of a mail that has not gone out: afterwards it is known to the mailbox alone."""
    waiting = Delivery.objects.filter(kind="invitation", state=State.WAITING)
    if not waiting.exists():
        lea = Membership.objects.get(user__email=LEAD)
        invite(email="gil@example.com", name="Gil Mockup", role=Role.ISA, actor=lea, at=timezone.now())
    return re.sub(r"^https?://[^/]+", "", waiting.latest("pk").message["link"])
