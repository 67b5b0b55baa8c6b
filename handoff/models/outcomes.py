"""What came of a handoff, and whether its brief was read."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from handoff.models.handoffs import Handoff
from leads.amounts import whole_amount
from leads.models import Recording
from leads.states import Stage, Via
from teams.models import Membership


class Showed(models.TextChoices):
    """Did they come. Moved: the meeting did not take place, because both agreed on another time."""

    YES = "yes", "Showed"
    NO = "no", "Did not show"
    MOVED = "moved", "Moved"


class Reason(models.TextChoices):
    """Why a lead was not good; each contradicts a letter of LPMAMA."""

    PRICE = "price", "Cannot afford the median price"
    MOTIVATION = "motivation", "Not motivated"
    AGENT = "agent", "Already has an agent"
    MORTGAGE = "mortgage", "No mortgage"
    LOCATION = "location", "Wrong area"
    CONTACT = "contact", "Bad contact data"
    DUPLICATE = "duplicate", "Duplicate"
    OTHER = "other", "Other"


class NextStep(models.TextChoices):
    """What the agent does next."""

    FOLLOW_UP = "follow_up", "Following up"
    SHOWINGS = "showings", "Showing homes"
    SIGNED = "signed", "Signed an agreement"
    NURTURE = "nurture", "Back to nurture"
    REBOOK = "rebook", "ISA should rebook"
    NOTHING = "nothing", "Nothing more"


class Answers(models.Model):
    """What an agent says of how it went. Amounts are whole units of ``currency`` (ISO 4217), the team's of that day."""

    showed = models.CharField(max_length=5, choices=Showed)
    is_good = models.BooleanField(null=True, blank=True, help_text="Asked only when they showed.")
    reason = models.CharField(max_length=10, choices=Reason, blank=True)
    next_step = models.CharField(max_length=9, choices=NextStep, blank=True)
    stage = models.CharField(
        max_length=15, choices=Stage, blank=True, db_default="", help_text="Where they are now, if that was said."
    )
    note = models.CharField(max_length=1000, blank=True)
    price = models.PositiveIntegerField(null=True, blank=True, help_text="What they can really pay, or expect.")
    commission_amount = models.PositiveIntegerField(null=True, blank=True, help_text="Expected; or else the percent.")
    commission_percent = models.DecimalField(
        null=True, blank=True, max_digits=5, decimal_places=3, help_text="Of the price."
    )
    currency = models.CharField(max_length=3, blank=True, db_default="")
    recorded_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    recorded_at = models.DateTimeField()
    via = models.CharField(max_length=6, choices=Via)

    class Meta:
        abstract = True

    @property
    def commission(self) -> int | None:
        """The commission that is expected, in whole units; None where too little was said to know it."""
        if self.commission_amount is not None or self.commission_percent is None or self.price is None:
            return self.commission_amount
        return whole_amount(self.price * self.commission_percent / 100)


class Outcome(Answers):
    """The agent's report as it stands. One per handoff; what it said before a correction is a FormerOutcome."""

    handoff = models.OneToOneField(Handoff, on_delete=models.PROTECT, related_name="outcome")
    is_on_time = models.BooleanField(help_text="Whether the first report was.")

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=~Q(is_good=False, reason=""), name="a_bad_lead_has_a_reason"),
        ]

    def __str__(self) -> str:
        return f"{self.get_showed_display()} ({self.handoff_id})"


class FormerOutcome(Answers):
    """What an outcome said before it was corrected, and why it was. Only ever added to."""

    outcome = models.ForeignKey(Outcome, on_delete=models.PROTECT, related_name="former")
    why = models.CharField(max_length=300)
    replaced_by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    replaced_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="former_outcomes_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Outcome {self.outcome_id} until {self.replaced_at:%Y-%m-%d %H:%M}Z"


class Postponement(models.Model):
    """A meeting that was to begin and did not, since both agreed on another time; its handoff goes on.

    Only ever added to.
    """

    handoff = models.ForeignKey(Handoff, on_delete=models.PROTECT, related_name="postponements")
    was_at = models.DateTimeField(help_text="When they were to meet.")
    starts_at = models.DateTimeField(help_text="When they meet instead.")
    note = models.CharField(max_length=1000, blank=True)
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    is_on_time = models.BooleanField()
    via = models.CharField(max_length=6, choices=Via)

    class Meta:
        ordering: ClassVar[list[str]] = ["id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="postponements_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"Handoff {self.handoff_id}: {self.was_at:%Y-%m-%d %H:%M}Z moved"


class BriefRead(models.Model):
    """The first time a member opened the brief, and how much of the call they have listened to since.

    ``heard`` are [from, to) in whole seconds of the call, in order; ``heard_at``: when the player last told of it.
    """

    handoff = models.ForeignKey(Handoff, on_delete=models.CASCADE, related_name="brief_reads")
    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    at = models.DateTimeField()
    call = models.ForeignKey(Recording, null=True, blank=True, on_delete=models.SET_NULL, related_name="+")
    call_seconds = models.PositiveIntegerField(default=0, db_default=0, help_text="How long the call is.")
    heard = models.JSONField(default=list, db_default=[])
    heard_seconds = models.PositiveIntegerField(default=0, db_default=0)
    heard_at = models.DateTimeField(null=True, blank=True)
    call_opened_at = models.DateTimeField(null=True, blank=True, help_text="In a tab, where nobody sees what plays.")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["handoff", "membership"], name="one_brief_read")]

    def __str__(self) -> str:
        return f"{self.membership_id} read {self.handoff_id}"

    @property
    def share(self) -> int:
        """How much of the call was heard, in percent; 0 while its length is not known."""
        return round(100 * self.heard_seconds / self.call_seconds) if self.call_seconds else 0
