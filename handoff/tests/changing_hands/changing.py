"""A handoff changes hands, and the invites that go out with it."""

from __future__ import annotations

from datetime import timedelta

from handoff.appointments import reassign, take_back
from handoff.models import Handoff
from handoff.tests.factories import NOW
from notifications.models import Delivery
from teams.models import Membership

AFTERWARDS = NOW + timedelta(minutes=10)


def reassigned(handoff: Handoff, to: Membership, **fields) -> Handoff:
    return reassign(handoff=handoff, agent=to, **({"actor": handoff.setter, "at": AFTERWARDS} | fields))


def taken_back(handoff: Handoff, **fields) -> Handoff:
    asked = {"reason": "Wrong area", "actor": handoff.setter, "at": AFTERWARDS} | fields
    return take_back(handoff=handoff, **asked)


def invites(handoff: Handoff, kind: str) -> set[tuple[str, str, int]]:
    found = Delivery.objects.filter(about=handoff.about, kind=kind, channel="email")
    return {(each.address, each.invite["method"], each.invite["sequence"]) for each in found if each.invite}
