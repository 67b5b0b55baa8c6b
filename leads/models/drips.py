"""Drips: mails that go out by themselves, one after another, to who has been enrolled."""

from __future__ import annotations

from typing import ClassVar

from django.core.validators import MaxValueValidator, MinValueValidator
from django.db import models
from django.db.models import Q
from django.db.models.functions import Lower

from leads.models.leads import Lead
from leads.states import Stage
from notifications.models import Delivery
from teams.models import Membership, Team


class DripSequence(models.Model):
    """A row of mails that a team has written. What is edited counts for all mails that have not gone out yet."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    name = models.CharField(max_length=80)
    is_on = models.BooleanField(default=False)
    on_stage = models.CharField(
        max_length=16, blank=True, choices=Stage, help_text="Whoever comes to this stage is enrolled; empty: nobody."
    )
    created_at = models.DateTimeField()

    class Meta:
        constraints = [
            models.UniqueConstraint("team", Lower("name"), name="one_drip_per_name"),
            models.UniqueConstraint(
                fields=["team", "on_stage"], condition=~Q(on_stage=""), name="one_drip_starts_on_a_stage"
            ),
        ]

    def __str__(self) -> str:
        return self.name


class DripStep(models.Model):
    """One mail of a sequence. Two never go out on one day, so the days give their order."""

    sequence = models.ForeignKey(DripSequence, on_delete=models.CASCADE, related_name="steps")
    after_days = models.PositiveSmallIntegerField(
        validators=[MaxValueValidator(365)], help_text="Days after the enrolment, on the client's calendar."
    )
    hour = models.PositiveSmallIntegerField(
        validators=[MinValueValidator(8), MaxValueValidator(20)], help_text="Of the client's day, 24-hour clock."
    )
    subject = models.CharField(max_length=150)
    text = models.TextField(max_length=5000)
    removed_at = models.DateTimeField(null=True, blank=True, help_text="It stays for the figures.")

    class Meta:
        ordering: ClassVar[list[str]] = ["after_days", "pk"]
        constraints = [
            models.UniqueConstraint(
                fields=["sequence", "after_days"], condition=Q(removed_at=None), name="one_drip_mail_a_day"
            )
        ]

    def __str__(self) -> str:
        return self.subject

    @property
    def clock(self) -> str:
        """The hour as people write it: “9:00 AM”."""
        return f"{self.hour % 12 or 12}:00 {'AM' if self.hour < 12 else 'PM'}"


class DripState(models.TextChoices):
    """How far an enrolment is."""

    RUNNING = "running", "Running"
    FINISHED = "finished", "All sent"
    STOPPED = "stopped", "Stopped"


class Why(models.TextChoices):
    """Why a drip stopped before its end."""

    REPLIED = "replied", "They answered"
    HANDED_OFF = "handed_off", "Handed off"
    OPTED_OUT = "opted_out", "They want no more"
    BOUNCED = "bounced", "Mail to them came back"
    LOST = "lost", "Lost"
    MERGED = "merged", "Merged with another lead"
    BY_HAND = "by_hand", "Stopped by hand"
    SWITCHED_OFF = "switched_off", "The drip was switched off"
    UNSENDABLE = "unsendable", "It could not be sent"


class EnrolmentQuerySet(models.QuerySet["Enrolment"]):
    """Chainable filters."""

    def running(self) -> EnrolmentQuerySet:
        """Those that have mails to come."""
        return self.filter(state=DripState.RUNNING)

    def visible_to(self, membership: Membership) -> EnrolmentQuerySet:
        """Those of leads that this member sees."""
        return self.filter(lead__in=Lead.objects.visible_to(membership).values("pk"))


class Enrolment(models.Model):
    """A lead in a sequence. ``about`` names it where promises and timers are kept."""

    sequence = models.ForeignKey(DripSequence, on_delete=models.PROTECT, related_name="enrolments")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="enrolments")
    by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    started_at = models.DateTimeField()
    state = models.CharField(max_length=8, choices=DripState, default=DripState.RUNNING)
    next_step = models.ForeignKey(DripStep, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    next_at = models.DateTimeField(null=True, blank=True)
    last_step = models.ForeignKey(DripStep, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_at = models.DateTimeField(null=True, blank=True)
    why = models.CharField(max_length=12, blank=True, choices=Why)
    remark = models.CharField(max_length=300, blank=True, help_text="What became of mails that were on their way.")
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ended_about = models.CharField(
        max_length=60, blank=True, help_text="What stopped it, as room/id: “handoff/12”; empty where nothing is named."
    )

    objects = EnrolmentQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["lead", "-id"], name="enrolments_of_lead"),
            models.Index(fields=["sequence", "-id"], name="enrolments_of_drip"),
            models.Index(fields=["ended_about"], condition=~Q(ended_about=""), name="enrolments_ended_by"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lead", "sequence"], condition=Q(state="running"), name="one_running_drip")
        ]

    def __str__(self) -> str:
        return f"Enrolment {self.pk}"

    @property
    def about(self) -> str:
        """What names it to promises and timers."""
        return f"enrolment/{self.pk}"


class DripMail(models.Model):
    """A mail that was owed to somebody enrolled: each step once."""

    enrolment = models.ForeignKey(Enrolment, on_delete=models.CASCADE, related_name="mails")
    step = models.ForeignKey(DripStep, on_delete=models.PROTECT, related_name="mails")
    delivery = models.ForeignKey(Delivery, on_delete=models.PROTECT, related_name="+")
    owed_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["enrolment", "step"], name="each_drip_mail_once")]

    def __str__(self) -> str:
        return f"Mail {self.step_id} of {self.enrolment_id}"
