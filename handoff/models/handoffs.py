"""A lead passed from the ISA who set it to the agent who meets it."""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models
from django.db.models import OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from handoff.models.appointments import Appointment
from handoff.states import Credit, HandoffStatus, Method
from leads.models import Lead, StageChange
from notifications.promises.owed import Owed
from teams.models import Membership, Team


class HandoffQuerySet(models.QuerySet["Handoff"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> HandoffQuerySet:
        """The team's handoffs; an agent's own."""
        mine = self.filter(team_id=membership.team_id)
        return mine.filter(agent=membership) if membership.is_agent else mine

    def own(self, membership: Membership) -> HandoffQuerySet:
        """A team lead's are the team's, an agent's those they were given, an ISA's those they set."""
        mine = self.visible_to(membership)
        return mine.filter(setter=membership) if membership.is_isa else mine

    def open(self) -> HandoffQuerySet:
        """Those under way."""
        return self.filter(status=HandoffStatus.OPEN)


class Handoff(models.Model):
    """The pass. ``facts`` is what the agent was told, frozen; ``revision`` rises with every change told to people."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="handoffs")
    method = models.CharField(max_length=9, choices=Method)
    status = models.CharField(max_length=9, choices=HandoffStatus, default=HandoffStatus.OPEN)
    setter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="set_handoffs")
    agent = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="handoffs")
    appointment = models.OneToOneField(
        Appointment, null=True, blank=True, on_delete=models.PROTECT, related_name="handoff"
    )
    stage_change = models.OneToOneField(StageChange, null=True, on_delete=models.PROTECT, related_name="+")
    facts = models.JSONField(help_text="handoff.facts.Facts as plain data.")
    source = models.CharField(
        max_length=60, blank=True, db_default="", help_text="Where the lead came from, as it was when passed on."
    )
    area = models.CharField(
        max_length=80, blank=True, db_default="", help_text="The first of the areas that were named, in the same way."
    )
    is_hot = models.BooleanField(default=False)
    advised = models.CharField(max_length=9, choices=Method, help_text="The method that was recommended.")
    advice = models.CharField(max_length=300, blank=True)
    override_reason = models.CharField(max_length=300, blank=True)
    revision = models.PositiveIntegerField(default=1)
    opened_at = models.DateTimeField()
    closed_at = models.DateTimeField(null=True, blank=True)
    close_reason = models.CharField(max_length=300, blank=True)
    outcome_due_at = models.DateTimeField()
    outcome_overdue_at = models.DateTimeField(null=True, blank=True, help_text="When the deadline passed unanswered.")
    credit = models.CharField(
        max_length=10,
        choices=Credit,
        blank=True,
        db_default="",
        help_text="Why it does not count in its agent's share; empty while it counts.",
    )
    link_version = models.PositiveIntegerField(
        default=0, db_default=0, help_text="The client's links of lower versions were ended."
    )

    objects = HandoffQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "-opened_at"], name="handoffs_newest_first"),
            models.Index(fields=["agent", "status"], name="handoffs_of_agent"),
            models.Index(fields=["agent", "-opened_at"], name="handoffs_of_agent_by_day"),
            models.Index(fields=["setter", "-opened_at"], name="handoffs_of_setter"),
            models.Index(fields=["team"], condition=Q(status="open"), name="handoffs_open"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lead"], condition=Q(status="open"), name="one_open_handoff_per_lead")
        ]

    def __str__(self) -> str:
        return f"Handoff {self.pk} of lead {self.lead_id}"

    @property
    def about(self) -> str:
        """How rows in other rooms refer to this handoff."""
        return f"handoff/{self.pk}"


#: The same, in a subquery of a query of handoffs.
ABOUT: Final = Concat(Value("handoff/"), Cast(OuterRef("pk"), models.CharField()))


class OwnerChange(Owed):
    """The promise that the lead's owner changes."""

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="owner_changes")
    to = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")

    class Meta(Owed.Meta):
        abstract = False


class RoutingDecision(models.Model):
    """Who could have had this handoff, what removed each, and the scores: kept to explain and to check fairness.

    One for the opening and one for each time it was given to another agent.
    """

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="routing")
    chosen = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    was_named = models.BooleanField(help_text="Whether a person chose, rather than the ranking.")
    candidates = models.JSONField(
        help_text="[{agent, name, score, scores, reasons, removed_by, is_overdue, ahead}], best first."
    )
    was = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who had it before."
    )
    by = models.ForeignKey(
        Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+", help_text="Who decided."
    )
    weights = models.JSONField(default=dict, blank=True, help_text="The team's points as they were then.")
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]

    def __str__(self) -> str:
        return f"Routing of handoff {self.handoff_id}"
