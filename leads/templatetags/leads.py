"""What the pages of leads draw besides the frame's look."""

from datetime import datetime
from typing import Any
from zoneinfo import ZoneInfo

from django import template
from django.template import Context
from django.urls import reverse
from django.utils.timezone import now

from leads import todo
from leads.contacts import primary_phone
from leads.models import Lead, Task
from leads.next_call import call_choices
from leads.stage_names import stage_label
from teams.models import Team
from teams.templatetags.look import clock_words

register = template.Library()

KIND_ICONS = {
    "added": "person-plus",
    "imported": "upload",
    "merged": "people",
    "home": "house-heart",
    "stage": "signpost-split",
    "contact": "person-vcard",
    "edited": "pencil",
    "verified": "shield-check",
    "recording": "record-circle",
    "answer": "chat-quote",
    "note": "chat-left-text",
    "tag": "tag",
    "call": "telephone-outbound",
    "owner": "arrow-left-right",
    "handoff": "telephone-forward",
    "transfer": "broadcast",
    "appointment": "calendar-event",
    "outcome": "clipboard-check",
    "recovery": "arrow-counterclockwise",
}
AUDIO = (".mp3", ".wav", ".m4a", ".ogg", ".oga", ".aac", ".flac", ".opus", ".webm", ".mp4")


@register.filter
def kind_icon(kind: str) -> str:
    """The icon of an entry of the timeline; other rooms name their kinds "handoff.…" or the like."""
    return KIND_ICONS.get(kind) or KIND_ICONS.get(kind.split("_", maxsplit=1)[0].split(".", maxsplit=1)[0], "dash")


@register.filter
def stage_name(stage: str, team: Team) -> str:
    """What this team calls a stage, by its code."""
    return stage_label(team, stage)


@register.filter
def is_audio(url: str) -> bool:
    """Whether a link looks like sound that the player can play; others open in a tab."""
    return url.split("?", maxsplit=1)[0].split("#", maxsplit=1)[0].lower().endswith(AUDIO)


@register.filter
def is_past(moment: datetime | None) -> bool:
    """Whether a due time has come."""
    return moment is not None and moment <= now()


@register.inclusion_tag("leads/_field.html")
def field(bound: Any, label: str = "", width: str = "", hint: str = "") -> dict[str, Any]:
    """One field of a letter: label, input, and what is wrong with it."""
    return {"field": bound, "label": label or bound.label, "width": width, "hint": hint}


@register.inclusion_tag("leads/_seg.html")
def seg(bound: Any, label: str) -> dict[str, Any]:
    """One of a few choices in a line, for the arrow keys."""
    return {"field": bound, "label": label}


@register.filter
def zone_city(zone: str) -> str:
    """The city that a zone is named after: "America/New_York" is "New York"."""
    return zone.rpartition("/")[2].replace("_", " ")


@register.simple_tag
def now_in(zone: str) -> str:
    """What clocks show in a zone."""
    return clock_words(now().astimezone(ZoneInfo(zone)))


@register.filter
def may_tick(task: Task) -> bool:
    """Whether a person may say that it is done."""
    return todo.may_tick(task)


@register.filter
def number_to_call(lead: Lead) -> str:
    """The first number that is not known to be wrong, E.164, or nothing."""
    return primary_phone(lead)


@register.filter
def other_numbers(lead: Lead) -> int:
    """How many numbers there are besides the one to call, wrong ones not counted."""
    return max(sum(phone.wrong_at is None for phone in lead.phones.all()) - 1, 0)


@register.inclusion_tag("leads/_call_form.html", takes_context=True)
def call_form(context: Context, lead: Lead, *, in_queue: bool = False) -> dict[str, Any]:
    """The block that notes a call: four results, each with the next call that it suggests."""
    call_url = reverse("leads:queue-call" if in_queue else "leads:call", args=[lead.pk])
    return _call_form(context, lead, call_url) | {"in_queue": in_queue, "keys": "c "}


@register.inclusion_tag("leads/_call_form.html", takes_context=True)
def call_form_of_row(context: Context, lead: Lead, call_url: str, *, task: Task | None = None) -> dict[str, Any]:
    """The same in a row of a list, each result with a key of its own, with the task that asked for the call."""
    return _call_form(context, lead, call_url) | {"in_list": True, "task": task, "keys": ""}


def _call_form(context: Context, lead: Lead, call_url: str) -> dict[str, Any]:
    given = {key: context.get(key) for key in ("request", "csrf_token", "whose", "skipped")}
    return {**given, "lead": lead, "choices": call_choices(lead, at=now()), "call_url": call_url}
