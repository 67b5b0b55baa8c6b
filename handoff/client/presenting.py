"""How a client's page presents the agent: as the specialist they are; and the appointment to calendars of all kinds."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime
from urllib.parse import quote, urlencode

from django.urls import reverse

from handoff import words
from handoff.models import Handoff
from handoff.phrases import as_sentence, language_name
from notifications.models.deliveries import Audience
from teams.models import Membership

#: More areas than these say less.
AREAS = 5


@dataclass(frozen=True, slots=True)
class Presented:
    """An agent as clients see them."""

    name: str
    first_name: str
    title: str
    line: str
    years: int
    languages: str
    areas: str
    phone: str
    photo: str


@dataclass(frozen=True, slots=True)
class CalendarLink:
    """A way into one kind of calendar."""

    label: str
    url: str


def presented_agent(agent: Membership, *, token: str) -> Presented:
    """Return what a client may know of an agent, from the profile as it is now. Two queries."""
    profile, mark = agent.profile, agent.profile.photo_mark
    languages = [language_name(code) for code in profile.languages]
    return Presented(
        name=agent.user.name,
        first_name=agent.user.first_name,
        title=profile.title,
        line=as_sentence(profile.line),
        years=profile.years or 0,
        languages=", ".join(languages) if languages != ["English"] else "",
        areas=", ".join(area.name for area in profile.areas.all()[:AREAS]),
        phone=agent.user.phone,
        photo=f"{reverse('handoff:client-photo', args=[token])}?agent={agent.pk}&v={mark}" if mark else "",
    )


def calendar_links(handoff: Handoff) -> tuple[CalendarLink, ...]:
    """Return the addresses by which calendars on the web are filled in, made from the same facts as the invite.

    Google's and Microsoft's forms take them as parameters; neither company documents its form in full.
    """
    if handoff.appointment is None:
        return ()
    invite = words.invite_for(handoff, audience=Audience.CLIENT, at=handoff.opened_at)
    google = {
        "action": "TEMPLATE",
        "text": invite.summary,
        "dates": f"{_basic(invite.starts_at)}/{_basic(invite.ends_at)}",
        "details": invite.description,
        "location": invite.location,
    }
    outlook = {
        "path": "/calendar/action/compose",
        "rru": "addevent",
        "subject": invite.summary,
        "startdt": _extended(invite.starts_at),
        "enddt": _extended(invite.ends_at),
        "body": invite.description,
        "location": invite.location,
    }
    # Outlook shows a plus sign as it stands, so spaces are written as %20.
    filled = urlencode(outlook, quote_via=quote)
    return (
        CalendarLink("Google", f"https://calendar.google.com/calendar/render?{urlencode(google, quote_via=quote)}"),
        CalendarLink("Outlook.com", f"https://outlook.live.com/calendar/0/deeplink/compose?{filled}"),
        CalendarLink("Office 365", f"https://outlook.office.com/calendar/0/deeplink/compose?{filled}"),
    )


def _basic(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y%m%dT%H%M%SZ}"


def _extended(moment: datetime) -> str:
    return f"{moment.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"
