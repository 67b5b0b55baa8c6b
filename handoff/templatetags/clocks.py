"""Times where the zone is said once beside them."""

from datetime import datetime

from django import template

from handoff.forms import slot_value
from handoff.models import Appointment
from teams.models import Membership
from teams.zones import zone

register = template.Library()


@register.filter
def hour(moment: datetime, zone_name: str) -> str:
    """Write “3:30 PM”: the time of day in a zone that the reader knows already."""
    local = moment.astimezone(zone(zone_name))
    return f"{local.hour % 12 or 12}:{local:%M} {'AM' if local.hour < 12 else 'PM'}"


@register.filter
def short_day(moment: datetime, zone_name: str) -> str:
    """Write “Tue”: enough for a day within the week."""
    return f"{moment.astimezone(zone(zone_name)):%a}"


@register.filter
def zone_word(zone_name: str, moment: datetime) -> str:
    """Write “CST”: what a zone's clock is called at a moment."""
    return f"{moment.astimezone(zone(zone_name)):%Z}"


@register.simple_tag
def slot_of(agent: Membership, appointment: Appointment) -> str:
    """An agent and the time of an appointment, as forms name a slot."""
    return slot_value(agent, appointment.starts_at)


@register.filter
def slot_id(value: str) -> str:
    """A slot's value as a part of an element's id, free of characters that selectors trip over."""
    return value.replace("@", "-").replace(":", "")
