"""Handoffs in the admin: to be looked at, and mended through the verbs that pages use."""

from datetime import datetime

from django.contrib import admin

from handoff import appointments
from handoff.booking import release_slot
from handoff.errors import RingOver, TooLate
from handoff.live.connecting import cancel as call_off
from handoff.live.connecting import drop as drop_transfer
from handoff.models import (
    Appointment,
    Deal,
    DealStep,
    Dispute,
    Entry,
    GateOverride,
    Handoff,
    LiveTransfer,
    Outcome,
    OwnerChange,
    PlanVersion,
    Ring,
    RoutingDecision,
    Statement,
)
from handoff.models.transfers import DropReason
from handoff.states import TransferStatus
from notifications.admin import drop, try_again
from teams.repair.actions import Refusal, repair
from teams.repair.read_only import ReadOnlyAdmin


@repair(label="Take back to the ISA", refusals=(TooLate,))
def take_back(handoff: Handoff, *, reason: str, at: datetime) -> str:
    """Return the lead to who set it; everybody who was told is told."""
    appointments.take_back(handoff=handoff, reason=reason, actor=None, at=at)
    return f"took handoff {handoff.pk} back"


@repair(label="Cancel the appointment", refusals=(TooLate,))
def cancel(handoff: Handoff, *, reason: str, at: datetime) -> str:
    """Call the meeting off: CANCEL to everybody's calendar."""
    if handoff.appointment is None:
        raise Refusal("It has no appointment; take it back instead.")
    appointments.cancel(appointment=handoff.appointment, reason=reason, actor=None, at=at)
    return f"cancelled the appointment of handoff {handoff.pk}"


@repair(label="Release the held time")
def release(appointment: Appointment, *, reason: str, at: datetime) -> str:  # noqa: ARG001 - an action's signature
    """Give a hold up that nobody will use; one that expired, too, if nothing has cleared it yet."""
    if not release_slot(appointment=appointment, at=at):
        raise Refusal("It is no hold, or no longer one.")
    return f"released the time held by appointment {appointment.pk}"


@repair(label="End the transfer", refusals=(RingOver,))
def end_transfer(transfer: LiveTransfer, *, reason: str, at: datetime) -> str:
    """Stop the ringing, or let go the agent who accepted; the lead stays with the ISA."""
    if transfer.status == TransferStatus.RINGING:
        call_off(transfer=transfer, actor=None, reason=reason, at=at)
    else:
        drop_transfer(transfer=transfer, actor=None, reason=DropReason.OTHER, note=reason, at=at)
    return f"ended live transfer {transfer.pk}"


@admin.register(Handoff)
class HandoffAdmin(ReadOnlyAdmin):
    """The passes."""

    list_display = ("id", "team", "lead", "method", "status", "setter", "agent", "opened_at", "outcome_due_at")
    list_filter = ("status", "method", "is_hot")
    list_select_related = ("team", "lead", "setter__user", "agent__user")
    actions = (take_back, cancel)


@admin.register(Appointment)
class AppointmentAdmin(ReadOnlyAdmin):
    """Times on agents' calendars."""

    list_display = ("id", "team", "lead", "agent", "starts_at", "ends_at", "status", "sequence")
    list_filter = ("status", "how")
    list_select_related = ("team", "lead", "agent__user")
    search_fields = ("uid__exact",)
    actions = (release,)


@admin.register(OwnerChange)
class OwnerChangeAdmin(ReadOnlyAdmin):
    """Promises that a lead's owner changes."""

    list_display = ("key", "to", "state", "due_at", "attempts", "done_at", "answer")
    list_filter = ("state",)
    list_select_related = ("to__user",)
    search_fields = ("key__exact", "about__exact", "request_id__exact")
    actions = (try_again, drop)


@admin.register(Outcome)
class OutcomeAdmin(ReadOnlyAdmin):
    """What agents reported."""

    list_display = ("handoff_id", "showed", "is_good", "reason", "recorded_by", "recorded_at", "is_on_time", "via")
    list_filter = ("showed", "is_good", "is_on_time")
    list_select_related = ("recorded_by__user",)


@admin.register(Deal)
class DealAdmin(ReadOnlyAdmin):
    """What came of handoffs after the meeting."""

    list_display = ("handoff_id", "status", "signed_on", "closed_on", "price", "commission", "currency")
    list_filter = ("status",)


@admin.register(DealStep)
class DealStepAdmin(ReadOnlyAdmin):
    """Everything that was said of deals."""

    list_display = ("deal_id", "was", "status", "by", "at", "why")
    list_select_related = ("by__user",)


@admin.register(PlanVersion)
class PlanVersionAdmin(ReadOnlyAdmin):
    """By what ISAs are paid."""

    list_display = ("team", "isa", "from_month", "words", "by", "at")
    list_select_related = ("team", "isa__user", "by__user")


@admin.register(Entry)
class EntryAdmin(ReadOnlyAdmin):
    """The ledger of pay."""

    list_display = ("key", "isa", "month", "kind", "turn", "amount", "currency", "why")
    list_filter = ("kind", "turn")
    list_select_related = ("isa__user",)


@admin.register(Statement)
class StatementAdmin(ReadOnlyAdmin):
    """Months that were approved."""

    list_display = ("isa", "month", "total", "currency", "approved_by", "approved_at")
    list_select_related = ("isa__user", "approved_by__user")


@admin.register(Dispute)
class DisputeAdmin(ReadOnlyAdmin):
    """What ISAs asked of their pay."""

    list_display = ("isa", "month", "note", "is_upheld", "answered_by", "answered_at")
    list_select_related = ("isa__user", "answered_by__user")


@admin.register(GateOverride)
class GateOverrideAdmin(ReadOnlyAdmin):
    """What team leads allowed in spite of a check."""

    list_display = ("lead", "check_name", "reason", "by", "at")
    list_select_related = ("lead", "by__user")


@admin.register(RoutingDecision)
class RoutingDecisionAdmin(ReadOnlyAdmin):
    """Who could have had each handoff, and why this one got it."""

    list_display = ("handoff_id", "chosen", "was_named", "at")
    list_filter = ("was_named",)
    list_select_related = ("chosen__user",)


@admin.register(LiveTransfer)
class LiveTransferAdmin(ReadOnlyAdmin):
    """Clients on the phone, and the agents who were rung for them."""

    list_display = (
        "id",
        "team",
        "lead",
        "status",
        "setter",
        "agent",
        "rung",
        "requested_at",
        "accepted_at",
        "ended_at",
    )
    list_filter = ("status", "drop_reason", "way")
    list_select_related = ("team", "lead", "setter__user", "agent__user")
    actions = (end_transfer,)


@admin.register(Ring)
class RingAdmin(ReadOnlyAdmin):
    """Who was rung, and what they did."""

    list_display = ("id", "transfer_id", "agent", "rung", "status", "rung_at", "ends_at", "answered_at", "answered_by")
    list_filter = ("status", "answered_by", "pass_reason")
    list_select_related = ("agent__user",)
