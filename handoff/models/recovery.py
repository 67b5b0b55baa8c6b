"""What follows a no-show: the team's play, and each run of it."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from handoff.models.handoffs import Handoff
from leads.models import Lead
from notifications.promises.owed import Owed
from teams.models import Membership, Team


class StepKind(models.TextChoices):
    """What a step of the play does."""

    MESSAGE = "message", "Message"
    CALL = "call", "Call"
    NURTURE = "nurture", "Nurture"


class Way(models.TextChoices):
    """How a message goes; the other way stands in where this one is not open."""

    TEXT = "text", "A text where they agreed to texts, else an email"
    MAIL = "mail", "An email; a text where there is no address"


class StepResult(models.TextChoices):
    """What came of a step when its time came."""

    DONE = "done", "Done"
    SKIPPED = "skipped", "A later step took its place"
    UNREACHABLE = "unreachable", "No way to write to them"


class Because(models.TextChoices):
    """Why a run ended."""

    REBOOKED = "rebooked", "Booked again"
    ANSWERED = "answered", "Answered"
    OPTED_OUT = "opted_out", "Wants no more messages"
    MOVED_ON = "moved_on", "Moved on by hand"
    LOST = "lost", "Lost"
    MERGED = "merged", "Merged into another lead"
    CORRECTED = "corrected", "They did come"
    BY_HAND = "by_hand", "Stopped by hand"
    ANOTHER = "another", "Another no-show"
    FINISHED = "finished", "Went to its end"


class PlayVersion(models.Model):
    """One version of a team's play; the newest counts. No steps stand for the built-in play again. Only added to."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    version = models.PositiveIntegerField()
    steps = models.JSONField(default=list, blank=True, help_text="handoff.recovery.steps.Step, each as plain data.")
    words = models.CharField(max_length=200, help_text="What was changed.")
    author = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["team", "version"], name="one_version_of_a_play")
        ]

    def __str__(self) -> str:
        return f"Play {self.version} of {self.team_id}"


class RecoveryRunQuerySet(models.QuerySet["RecoveryRun"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> RecoveryRunQuerySet:
        """The team's; an agent's own handoffs'."""
        mine = self.filter(team_id=membership.team_id)
        return mine.filter(handoff__agent=membership) if membership.is_agent else mine

    def running(self) -> RecoveryRunQuerySet:
        """Those under way."""
        return self.filter(ended_at=None)


class RecoveryRun(models.Model):
    """The play for one no-show. It keeps the steps that it began with."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    lead = models.ForeignKey(Lead, on_delete=models.PROTECT, related_name="recoveries")
    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="recovery")
    version = models.PositiveIntegerField(help_text="Of the team's play; 0 is the built-in one.")
    started_at = models.DateTimeField()
    ended_at = models.DateTimeField(null=True, blank=True)
    because = models.CharField(max_length=9, choices=Because, blank=True, help_text="Why it ended.")
    note = models.CharField(max_length=300, blank=True, help_text="More about that: how they answered, or the reason.")
    ended_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    rebooked_as = models.OneToOneField(
        Handoff,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="recovered",
        help_text="The handoff that came of it, during the run or soon after.",
    )

    objects = RecoveryRunQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "-started_at"], name="recoveries_newest_first"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["lead"], condition=Q(ended_at=None), name="one_running_recovery"),
            models.CheckConstraint(
                condition=Q(ended_at=None, because="") | (Q(ended_at__isnull=False) & ~Q(because="")),
                name="an_ended_recovery_says_why",
            ),
        ]

    def __str__(self) -> str:
        return f"Recovery {self.pk} of lead {self.lead_id}"

    @property
    def about(self) -> str:
        """How timers and tasks refer to this run: it outlives its handoff."""
        return f"recovery/{self.pk}"


class RecoveryStep(models.Model):
    """One step of one run: when it is due, and what came of it."""

    run = models.ForeignKey(RecoveryRun, on_delete=models.CASCADE, related_name="steps")
    name = models.CharField(max_length=40, help_text="Of the play's step; it keeps its name through versions.")
    kind = models.CharField(max_length=7, choices=StepKind)
    day = models.PositiveSmallIntegerField(help_text="After the no-show was reported, on the client's calendar.")
    way = models.CharField(max_length=4, choices=Way, blank=True)
    title = models.CharField(max_length=120, blank=True)
    text = models.TextField(blank=True)
    short = models.CharField(max_length=300, blank=True)
    script = models.CharField(max_length=40, blank=True)
    moves = models.BooleanField(default=False, help_text="Whether the lead goes to Nurture at the end.")
    due_at = models.DateTimeField()
    taken_at = models.DateTimeField(null=True, blank=True)
    result = models.CharField(max_length=11, choices=StepResult, blank=True)

    class Meta:
        ordering: ClassVar[list[str]] = ["due_at", "id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["name", "taken_at"], name="recovery_steps_taken")]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["run", "name"], name="one_step_of_a_name_in_a_run")
        ]

    def __str__(self) -> str:
        return f"{self.name} of recovery {self.run_id}"


class RecoveryClosing(Owed):
    """The promise that a run comes to its end: what a timer must not do, since it takes the lead's lock."""

    run = models.ForeignKey(RecoveryRun, on_delete=models.PROTECT, related_name="closings")

    class Meta(Owed.Meta):
        abstract = False
