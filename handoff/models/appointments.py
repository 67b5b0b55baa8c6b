"""A time on one agent's calendar."""

from __future__ import annotations

import uuid
from typing import ClassVar
from urllib.parse import quote

from django.conf import settings
from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import DateTimeRangeField, RangeOperators
from django.db import models
from django.db.models import F, Q

from handoff.states import OCCUPYING, AppointmentStatus, ClientAnswer, Rsvp
from leads.models import Lead
from teams.models import Membership, Team


class How(models.TextChoices):
    """In which way agent and client meet."""

    CALL = "call", "Agent calls"
    VIDEO = "video", "Video"
    IN_PERSON = "in_person", "In person"


class AppointmentQuerySet(models.QuerySet["Appointment"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> AppointmentQuerySet:
        """The team's appointments; an agent's own."""
        mine = self.filter(team_id=membership.team_id)
        return mine.filter(agent=membership) if membership.is_agent else mine

    def occupying(self) -> AppointmentQuerySet:
        """Those that take a place on a calendar (holds that ran out still do, until they are cleared)."""
        return self.filter(status__in=OCCUPYING)


def new_uid() -> str:
    """Return a calendar UID; one for an appointment's whole life (RFC 5545, 3.8.4.7)."""
    return f"{uuid.uuid4()}@baton"


class Appointment(models.Model):
    """A time that belongs to an agent and a lead. Moving it keeps the row and the UID and raises ``sequence``."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="appointments")
    agent = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="appointments")
    person = models.ForeignKey(
        settings.AUTH_USER_MODEL,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="The agent as a person: one person, one place at one time, across teams.",
    )
    setter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="set_appointments")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()
    during = DateTimeRangeField(help_text="[starts_at, ends_at), for the exclusion constraint.")
    status = models.CharField(max_length=9, choices=AppointmentStatus, default=AppointmentStatus.HELD_SLOT)
    held_until = models.DateTimeField(null=True, blank=True)
    how = models.CharField(max_length=9, choices=How, default=How.CALL)
    place = models.CharField(max_length=300, blank=True, help_text="Address, or link of the video call.")
    uid = models.CharField(max_length=60, unique=True, default=new_uid)
    sequence = models.PositiveIntegerField(default=0)
    cancel_reason = models.CharField(max_length=300, blank=True)
    client_answer = models.CharField(max_length=10, choices=ClientAnswer, blank=True, db_default="")
    client_answered_at = models.DateTimeField(null=True, blank=True)
    rsvp = models.CharField(max_length=9, choices=Rsvp, blank=True, db_default="")
    rsvp_at = models.DateTimeField(null=True, blank=True)
    created_at = models.DateTimeField()

    objects = AppointmentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "starts_at"], name="appointments_of_person"),
            models.Index(fields=["lead", "status"], name="appointments_of_lead"),
            models.Index(fields=["team", "starts_at"], name="appointments_of_team"),
            models.Index(fields=["team"], condition=Q(status="booked"), name="appointments_booked"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="appointment_has_length"),
            ExclusionConstraint(
                name="one_place_at_a_time",
                expressions=[("person", RangeOperators.EQUAL), ("during", RangeOperators.OVERLAPS)],
                condition=Q(status__in=OCCUPYING),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}Z ({self.get_status_display()})"

    @property
    def map_url(self) -> str:
        """Where they meet, for a phone's maps; empty when nobody has to go anywhere."""
        if self.how != How.IN_PERSON or not self.place:
            return ""
        return f"https://www.google.com/maps/search/?api=1&query={quote(self.place)}"
