"""Small messages and invites to owe."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from typing import Any

from notifications.invites import Attendee, Invite
from notifications.messages import Action, Fact, Message
from notifications.models import Delivery
from notifications.owing import owe_channel, owe_person

AT = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
ABOUT = "handoff/1"


def a_message(**changes: Any) -> Message:
    said: dict[str, Any] = {
        "title": "New handoff: Dana Example",
        "lead_in": "Casey Sample meets Dana on Tuesday.",
        "facts": (Fact("Price", "$450k"), Fact("Area", "Mueller")),
        "lines": ("Prefers texts",),
        "link": "http://testserver/h/1/",
        "link_label": "Open the brief",
        "actions": (Action("Cannot take it", "http://testserver/h/1/pass/", "danger"),),
        "footer": "You get this because Dana is yours now.",
    }
    return Message(**{**said, **changes})


def an_invite(**changes: Any) -> Invite:
    said: dict[str, Any] = {
        "uid": "appointment-1@baton.example.com",
        "sequence": 0,
        "method": "REQUEST",
        "stamped_at": AT,
        "starts_at": AT + timedelta(days=1),
        "ends_at": AT + timedelta(days=1, minutes=45),
        "summary": "Call with Casey Sample",
        "description": "We talk about homes in Mueller.",
        "location": "Casey calls you",
        "organizer_name": "Invented Realty",
        "attendees": (Attendee("dana@example.com", "Dana Example"),),
    }
    return Invite(**{**said, **changes})


def owe_mail(team: Any, *, email: str = "dana@example.com", name: str = "Dana Example", **changes: Any) -> Delivery:
    said: dict[str, Any] = {"kind": "client_invite", "about": ABOUT, "message": a_message(), "at": AT}
    owe_person(team=team, email=email, name=name, **{**said, **changes})
    return Delivery.objects.latest("pk")


def owe_alert(team: Any, **changes: Any) -> Delivery:
    said: dict[str, Any] = {"kind": "alert", "about": ABOUT, "message": a_message(), "at": AT}
    assert owe_channel(team, **{**said, **changes})
    return Delivery.objects.latest("pk")
