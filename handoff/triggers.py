"""Triggers: which changes of a lead start a handoff, as a table."""

from __future__ import annotations

from datetime import datetime

from handoff.models import Appointment, Handoff
from handoff.states import AppointmentStatus, Method
from leads.models import Lead, StageChange
from leads.states import Stage
from teams.models import Team
from teams.policy import policy_of

METHODS = {Stage.APPOINTMENT_SET: Method.SCHEDULED, Stage.HANDED_OFF: Method.DIRECT}
#: Stages of a lead that no agent has: whoever puts it there by hand has to end its handoff first.
WITHOUT_AGENT = {Stage.CONTACTING, Stage.NURTURE, Stage.QUALIFIED, Stage.LOST}


def method_for(change: StageChange) -> Method | None:
    """Return how the lead is to be passed on, or None when this change starts nothing.

    With a handoff under way nothing is started a second time, whichever trigger comes. Handed off is a live transfer
    when it is one that was accepted which says so (``handoff.live.connecting``).
    """
    method = Method.LIVE if change.data.get("transfer") else METHODS.get(Stage(change.to))
    return None if method is None or is_under_way(change.lead) else method


def leaves_agent(change: StageChange) -> bool:
    """Whether the lead is no agent's in the stage it comes to."""
    return Stage(change.to) in WITHOUT_AGENT


def is_trigger_tag(team: Team, name: str) -> bool:
    """Whether this team starts handoffs by that tag, however it is written."""
    return name.strip().casefold() in {tag.strip().casefold() for tag in policy_of(team).trigger_tags}


def stage_for_tag(lead: Lead, *, at: datetime) -> Stage:
    """Return where a trigger tag takes the lead: to its appointment if one is set, else to an agent right away."""
    return Stage.APPOINTMENT_SET if future_appointment(lead, at=at) else Stage.HANDED_OFF


def is_under_way(lead: Lead) -> bool:
    """Whether the lead has an open handoff."""
    return Handoff.objects.open().filter(lead=lead).exists()


def handoff_under_way(lead: Lead) -> Handoff | None:
    """Return the lead's open handoff, with what is told of it."""
    related = ("lead", "team", "agent__user", "setter__user", "appointment")
    return Handoff.objects.open().filter(lead=lead).select_related(*related).first()


def future_appointment(lead: Lead, *, at: datetime) -> Appointment | None:
    """Return the lead's next booked appointment that belongs to no handoff yet."""
    booked = Appointment.objects.filter(
        lead=lead, status=AppointmentStatus.BOOKED, starts_at__gt=at, handoff__isnull=True
    )
    return booked.select_related("setter__user").order_by("starts_at").first()
