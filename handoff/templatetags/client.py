"""Times as a client reads them: in full, on their own clock, which is named in words."""

from datetime import datetime

from django import template

from teams.zones import zone

register = template.Library()

#: What people call the clocks of North America; zones of elsewhere go by their city.
NAMES = {
    "America/New_York": "Eastern Time",
    "America/Detroit": "Eastern Time",
    "America/Toronto": "Eastern Time",
    "America/Chicago": "Central Time",
    "America/Denver": "Mountain Time",
    "America/Boise": "Mountain Time",
    "America/Phoenix": "Mountain Time",
    "America/Los_Angeles": "Pacific Time",
    "America/Anchorage": "Alaska Time",
    "Pacific/Honolulu": "Hawaii Time",
}


@register.filter
def long_day(moment: datetime, zone_name: str) -> str:
    """Write “Tuesday, November 24”."""
    local = moment.astimezone(zone(zone_name))
    return f"{local:%A, %B} {local.day}"


@register.filter
def zone_name(zone_name: str, moment: datetime) -> str:
    """Write “Central Time (CST)”, or “Berlin time (CET)”: whose clock it is, at a moment."""
    name = NAMES.get(zone_name) or f"{zone_name.rpartition('/')[2].replace('_', ' ')} time"
    return f"{name} ({moment.astimezone(zone(zone_name)):%Z})"
