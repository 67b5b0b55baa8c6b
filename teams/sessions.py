"""Where a person is signed in. A row beside each session says from where; the session itself lies in the database."""

from __future__ import annotations

from datetime import datetime, timedelta

from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.db import transaction

from teams.models import User

#: "Last seen" is for people: a write with every request would be a waste.
STAMP_EVERY = timedelta(minutes=10)
#: What each says of itself: the first mark found counts, since most claim to be several.
BROWSERS = (
    ("Edg", "Edge"),
    ("OPR/", "Opera"),
    ("Firefox/", "Firefox"),
    ("FxiOS", "Firefox"),
    ("CriOS", "Chrome"),
    ("Chrome/", "Chrome"),
    ("Safari/", "Safari"),
)
SYSTEMS = (
    ("iPhone", "an iPhone"),
    ("iPad", "an iPad"),
    ("Android", "Android"),
    ("Windows", "Windows"),
    ("Mac OS", "a Mac"),
    ("CrOS", "ChromeOS"),
    ("Linux", "Linux"),
)
SEEN = "seen_at"  # the session's key for when its row was stamped last, as seconds since 1970


def sessions_of(user: User, *, at: datetime) -> list[UserSession]:
    """Return the sessions that still live, the one seen last first."""
    known = list(UserSession.objects.filter(user_id=user.pk).order_by("-last_seen_at", "-pk"))
    keys = [each.session_key for each in known]
    living = set(Session.objects.filter(session_key__in=keys, expire_date__gt=at).values_list("session_key", flat=True))
    return [each for each in known if each.session_key in living]


@transaction.atomic
def end_session(session: UserSession) -> None:
    """Sign one browser out."""
    Session.objects.filter(session_key=session.session_key).delete()
    UserSession.objects.filter(pk=session.pk).delete()


@transaction.atomic
def end_sessions(user: User, *, but: str | None = None) -> int:
    """Sign a person out everywhere, but in the session with this key. Returns how many sessions ended."""
    ended = UserSession.objects.filter(user_id=user.pk)
    if but:
        ended = ended.exclude(session_key=but)
    keys = list(ended.values_list("session_key", flat=True))
    Session.objects.filter(session_key__in=keys).delete()
    ended.delete()
    return len(keys)


def stamp(*, session_key: str, ip: str, at: datetime) -> None:
    """Note that the session was used, and from where."""
    UserSession.objects.filter(session_key=session_key).update(last_seen_at=at, ip=ip)


def device(agent: str) -> str:
    """Return a browser's own description in words a person knows: “Chrome on Windows”."""
    browser = next((word for mark, word in BROWSERS if mark in agent), "A browser")
    system = next((word for mark, word in SYSTEMS if mark in agent), "")
    return f"{browser} on {system}" if system else browser
