"""What templates draw the product's look with: icons, the rail, initials, pills, prices, phones, clock times."""

import re
import zlib
from datetime import datetime, timedelta
from decimal import Decimal
from functools import cache
from typing import Any
from urllib.parse import quote
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.templatetags.static import static
from django.urls import NoReverseMatch, reverse
from django.utils.html import format_html
from django.utils.safestring import SafeString

from teams import hub
from teams.models import Membership

register = template.Library()

AVATAR_TONES = 8
RAIL_ROUTES = (
    "leads:queue",
    "leads:list",
    "leads:add",
    "handoff:day",
    "handoff:calendar",
    "handoff:baton",
    "handoff:numbers",
    "handoff:deals",
    "handoff:fairness",
    "handoff:pay",
    "handoff:coaching",
    "notifications:inbox",
    "notifications:outbox",
    "teams:profile",
    "teams:settings",
)
STATE_PILLS = {
    "done": "ok",
    "waiting": "wait",
    "failed": "bad",
    "dropped": "quiet",
    "cancelled": "quiet",
    "ringing": "wait",
    "accepted": "ok",
    "connected": "ok",
    "missed": "bad",
    "passed": "wait",
    "open": "info",
    "reported": "ok",
    "returned": "wait",
    "held_slot": "wait",
    "booked": "info",
    "held": "ok",
    "no_show": "bad",
    "expired": "quiet",
    "new": "info",
    "contacting": "wait",
    "nurture": "quiet",
    "qualified": "brand",
    "appointment_set": "info",
    "handed_off": "brand",
    "met": "ok",
    "signed": "ok",
    "under_contract": "ok",
    "closed": "ok",
    "lost": "quiet",
}


@register.simple_tag
@cache
def icon(name: str, extra: str = "") -> SafeString:
    """A decorative icon of the sprite; the words beside it carry the meaning."""
    return format_html(
        '<svg class="icon {}" aria-hidden="true" focusable="false"><use href="{}#{}"></use></svg>',
        extra,
        static("vendor/bootstrap-icons/icons.svg"),
        name,
    )


@register.inclusion_tag("_nav_item.html", takes_context=True)
def nav_item(
    context: Context,
    route: str,
    label: str,
    icon: str,
    *,
    key: str = "",
    count: int | None = None,
    shape: str = "rail",
) -> dict[str, Any]:
    """One way to a page, marked when we are on it or below it; nothing when the route does not exist."""
    url = _address(route)
    path = getattr(context.get("request"), "path", "")
    is_here = bool(url) and url == _nearest(path)
    return {"url": url, "label": label, "icon": icon, "key": key, "count": count, "shape": shape, "is_here": is_here}


def _nearest(path: str) -> str:
    """The most particular page of the rail that a path lies under: the call queue, not the list of leads above it.

    Every part of settings lies under settings, whichever room it stands in.
    """
    if any((url := _address(part.route)) and path.startswith(url) for part in hub.parts()):
        return _address("teams:settings")
    pages = [url for url in map(_address, RAIL_ROUTES) if url and path.startswith(url)]
    return max(pages, key=len, default="")


@cache
def _address(route: str) -> str:
    try:
        return reverse(route)
    except NoReverseMatch:
        return ""


@register.filter
def initials(name: object) -> str:
    """At most two letters of a person's name: "Ana Maria Ruiz" is "AR"; "?" when there is no name."""
    words = [word for word in str(name or "").split() if word[0].isalnum()]
    if not words:
        return "?"
    letters = words[0][0] + (words[-1][0] if len(words) > 1 else "")
    return letters.upper()


@register.filter
def tone(name: object) -> int:
    """The colour of a person's initials, the same on every page and in every process."""
    return zlib.crc32(str(name or "").encode()) % AVATAR_TONES


@register.simple_tag
def avatar(name: object, *, size: str = "", photo: str = "") -> SafeString:
    """A person's photo or initials, ``size`` "sm", "" or "lg"; decorative, as the name stands beside it."""
    kind = f"avatar avatar-{size}" if size else "avatar"
    if photo:
        return format_html('<img class="{}" src="{}" alt="">', kind, photo)
    return format_html('<span class="{} tone-{}" aria-hidden="true">{}</span>', kind, tone(name), initials(name))


@register.filter
def photo_url(member: Any) -> str:
    """Where the team sees an agent's photo; empty without one, or where the profile was not loaded with the member."""
    is_loaded = isinstance(member, Membership) and Membership.profile.is_cached(member)  # type: ignore[attr-defined]  # the descriptor's
    mark = getattr(getattr(member, "profile", None), "photo_mark", "") if is_loaded else ""
    return f"{reverse('teams:photo', args=[member.pk])}?v={mark}" if mark else ""


@register.filter
def pill_kind(state: object) -> str:
    """The colour family of a state's pill: ok, wait, bad, info, hot, brand or quiet."""
    return STATE_PILLS.get(str(state or "").lower(), "quiet")


@register.filter
def money_short(amount: Decimal | float | str | None, currency: str = "$") -> str:
    """A price as people say it: "$450k", "$1.25M"."""
    if amount in (None, ""):
        return ""
    value = Decimal(str(amount))
    sign = "-" if value < 0 else ""
    value = abs(value)
    if value >= Decimal(999_500):
        return f"{sign}{currency}{_plain(value / 1_000_000, places=2)}M"
    if value >= 1_000:
        return f"{sign}{currency}{_plain(value / 1_000, places=0)}k"
    return f"{sign}{currency}{_plain(value, places=0)}"


def _plain(value: Decimal, *, places: int) -> str:
    text = f"{value:.{places}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text


@register.filter
def phone_words(number: object) -> str:
    """A North American E.164 number as people read it, "(512) 555-0123"; any other number as it is."""
    text = str(number or "")
    if len(text) == 12 and text.startswith("+1") and text[2:].isdigit():
        return f"({text[2:5]}) {text[5:8]}-{text[8:]}"
    return text


@register.filter
def phones_in_words(text: str) -> str:
    """A text with each North American E.164 number in it as people read it."""
    return re.sub(r"\+1\d{10}\b", lambda found: phone_words(found[0]), text)


@register.simple_tag
def phone_link(number: object) -> SafeString | str:
    """A number to tap on a phone, or nothing when there is none."""
    if not number:
        return ""
    dialable = quote(str(number), safe="+")
    return format_html('<a class="phone" href="tel:{}">{}</a>', dialable, phone_words(number))


@register.inclusion_tag("_when.html")
def when(moment: datetime, zone: str, other_zone: str = "", *, whose: str = "", others: str = "") -> dict[str, Any]:
    """A moment (aware) in the reader's zone, and in the other person's where their clock differs."""
    here = moment.astimezone(ZoneInfo(zone))
    there = moment.astimezone(ZoneInfo(other_zone)) if other_zone else None
    is_other = there is not None and there.utcoffset() != here.utcoffset()
    return {
        "moment": moment,
        "here": clock_words(here),
        "day": day_words(here),
        "there": clock_words(there) if there and is_other else "",
        "there_day": day_words(there) if there and there.date() != here.date() else "",
        "whose": whose,
        "others": others,
    }


@register.filter
def clock(moment: datetime, zone: str) -> str:
    """The time of day in a zone, "3:30 PM CST"."""
    return clock_words(moment.astimezone(ZoneInfo(zone)))


@register.filter
def day(moment: datetime, zone: str) -> str:
    """The day in a zone, "Tue, Nov 24"."""
    return day_words(moment.astimezone(ZoneInfo(zone)))


def clock_words(local: datetime) -> str:
    """An aware local time as "3:30 PM CST"."""
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'} {local:%Z}"


def day_words(local: datetime) -> str:
    """An aware local time's day as "Tue, Nov 24"."""
    return f"{local:%a, %b} {local.day}"


@register.filter
def second_words(seconds: int | None) -> str:
    """A second of a recording as players write it: 73 is "1:13"."""
    if seconds is None:
        return ""
    minutes, rest = divmod(int(seconds), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


@register.filter
def took(milliseconds: float | None) -> str:
    """How long a step took: "240 ms", "1.4 s", "3 min"."""
    if milliseconds is None:
        return ""
    if milliseconds < 1_000:
        return f"{milliseconds:.0f} ms"
    if milliseconds < 60_000:
        return f"{milliseconds / 1_000:.1f} s"
    return f"{timedelta(milliseconds=milliseconds) // timedelta(minutes=1)} min"
