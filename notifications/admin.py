"""Deliveries in the admin: to be looked at, tried again, or dropped."""

from datetime import datetime

from django.contrib import admin

from notifications.models import Attempt, Delivery, InboxItem, MailChoice, MailIn, Preference, TextChoice, TextIn, Timer
from notifications.promises.endings import retry_now, write_off
from notifications.promises.owed import Owed
from notifications.promises.registry import rows
from teams.repair.actions import Refusal, repair
from teams.repair.read_only import ReadOnlyAdmin


@repair(label="Try again now")
def try_again(owed: Owed, *, reason: str, at: datetime) -> str:  # noqa: ARG001 - an action's signature
    """Let what failed or waits be tried at once, with the same key and content."""
    if not retry_now(owed, at=at):
        raise Refusal("It is done, under way, or replaced by a later one.")
    return f"had {owed.key} tried again"


@repair(label="Drop: it will not be tried again")
def drop(owed: Owed, *, reason: str, at: datetime) -> str:
    """End what waits or failed without it being done."""
    if not write_off(rows(type(owed)).filter(pk=owed.pk), at=at, answer=f"Dropped by staff: {reason}"):
        raise Refusal("It has ended already.")
    return f"dropped {owed.key}"


@admin.register(Delivery)
class DeliveryAdmin(ReadOnlyAdmin):
    """Messages owed."""

    list_display = ("key", "team", "channel", "audience", "address", "state", "due_at", "attempts", "done_at", "answer")
    list_filter = ("state", "channel", "audience", "kind")
    list_select_related = ("team",)
    search_fields = ("key__exact", "about__exact", "request_id__exact")
    actions = (try_again, drop)


@admin.register(Attempt)
class AttemptAdmin(ReadOnlyAdmin):
    """Every try to deliver."""

    list_display = ("delivery_id", "fence", "started_at", "ended_at", "succeeded", "answer")
    list_filter = ("succeeded",)


@admin.register(Timer)
class TimerAdmin(ReadOnlyAdmin):
    """What happens at a time."""

    list_display = ("key", "kind", "due_at", "fired_at", "called_off_at")
    list_filter = ("kind",)
    search_fields = ("key__exact", "about__exact")


@admin.register(InboxItem)
class InboxItemAdmin(ReadOnlyAdmin):
    """What people were told inside Baton."""

    list_display = ("membership", "kind", "title", "created_at", "read_at")
    list_filter = ("kind",)
    list_select_related = ("membership__user",)


@admin.register(TextChoice)
class TextChoiceAdmin(ReadOnlyAdmin):
    """Who may be sent texts, by their own word: rows are only added."""

    list_display = ("team", "number", "is_in", "how", "by", "at")
    list_filter = ("is_in", "how")
    list_select_related = ("team", "by__user")
    search_fields = ("number__exact",)


@admin.register(MailChoice)
class MailChoiceAdmin(ReadOnlyAdmin):
    """What addresses said about mail that they did not ask for."""

    list_display = ("team", "address", "is_in", "how", "by", "at")
    list_filter = ("is_in", "how")
    list_select_related = ("team", "by__user")
    search_fields = ("address__exact",)


@admin.register(TextIn)
class TextInAdmin(ReadOnlyAdmin):
    """Texts that came in."""

    list_display = ("team", "number", "received_at", "applied_at")
    list_select_related = ("team",)
    search_fields = ("number__exact", "event_id__exact")


@admin.register(MailIn)
class MailInAdmin(ReadOnlyAdmin):
    """Mails that came in; not as they came."""

    list_display = ("team", "sender", "meaning", "is_known", "received_at", "applied_at")
    list_select_related = ("team",)
    list_filter = ("meaning", "is_known")
    search_fields = ("sender__exact", "message_id__exact")
    exclude = ("raw",)


@admin.register(Preference)
class PreferenceAdmin(ReadOnlyAdmin):
    """What people chose to hear of, and how."""

    list_display = ("membership", "group", "by_email", "by_text")
    list_filter = ("group",)
    list_select_related = ("membership__user",)
