"""A lead, who may see it, and what people call it by."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Q
from django.db.models.functions import Lower, Upper

from leads.models.along import read_along
from leads.naming import folded
from leads.states import Stage
from teams.models import Membership, Team
from teams.zones import validate_zone

if TYPE_CHECKING:
    from leads.models.contacts import Verification
    from leads.models.lpmama import Lpmama


WORDS_SEARCHED = 5
TRIGRAM = 3  # letters; what the index of names is made of


class LeadQuerySet(models.QuerySet["Lead"]):
    """Chainable filters."""

    def along(self, **related: type[models.Model]) -> LeadQuerySet:
        """Read rows of each lead in the same query: after ``phones=LeadPhone``, ``lead.phones.all()`` asks no more."""
        return read_along(self, "lead", related)

    def visible_to(self, membership: Membership) -> LeadQuerySet:
        """The team's leads: ISAs and team leads see all, agents those they own or work on.

        One that was merged into another is no lead any more: its page leads to the other.
        """
        mine = self.filter(team_id=membership.team_id, merged_into=None)
        if not membership.is_agent:
            return mine
        # A union of two short lists: with OR, every lead of the team would be looked at
        shared = Collaborator.objects.filter(membership=membership).values_list("lead_id", flat=True)
        owned = Lead.objects.filter(owner=membership).values_list("pk", flat=True)
        return mine.filter(pk__in=owned.union(shared))

    def named_like(self, text: str) -> LeadQuerySet:
        """Those whose names contain each of the words, in any order, whatever their accents and case."""
        found = self
        for word in folded(text).split()[:WORDS_SEARCHED]:
            if len(word) < TRIGRAM:  # too short for the index inside a word: looked for where words begin
                found = found.filter(Q(sort_name__istartswith=word) | Q(sort_name__icontains=f" {word}"))
            else:
                found = found.filter(sort_name__icontains=word)
        return found


class Lead(models.Model):
    """A person who may buy or sell. ``owner`` is whose move it is; credit never follows it."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="leads")
    first_name = models.CharField(max_length=80)
    last_name = models.CharField(max_length=80, blank=True)
    sort_name = models.CharField(
        max_length=170, help_text="“last first”, unaccented and lower-case, for order and search."
    )
    stage = models.CharField(max_length=16, choices=Stage, default=Stage.NEW)
    stage_at = models.DateTimeField(help_text="When the stage last changed.")
    state = models.CharField(max_length=2, blank=True, help_text="Of the property, as USPS writes it.")
    zone = models.CharField(max_length=64, default="America/Chicago", validators=[validate_zone])
    language = models.CharField(max_length=2, default="en", help_text="ISO 639-1.")
    source = models.CharField(max_length=60, blank=True)
    owner = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="owned_leads")
    isa = models.ForeignKey(
        Membership,
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="worked_leads",
        help_text="The ISA who works this lead; unlike the owner this does not change at a handoff.",
    )
    next_call_at = models.DateTimeField(null=True, blank=True)
    unanswered_calls = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Calls in a row, up to now, that nobody answered."
    )
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField(auto_now=True)
    merged_into = models.ForeignKey(
        "self",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="merged",
        help_text="The lead that this one turned out to be; never one that is merged itself.",
    )

    objects = LeadQuerySet.as_manager()

    if TYPE_CHECKING:
        lpmama: Lpmama
        verification: Verification

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "-id"], name="leads_newest_first"),
            models.Index(fields=["team", "stage", "-id"], name="leads_by_stage"),
            models.Index(fields=["isa", "stage", "-id"], name="leads_of_isa"),
            models.Index(fields=["owner", "-id"], name="leads_of_owner"),
            models.Index(fields=["isa", "next_call_at"], condition=~Q(next_call_at=None), name="calls_planned"),
            models.Index(
                fields=["team", "next_call_at"], condition=~Q(next_call_at=None), name="calls_planned_in_team"
            ),
            GinIndex(OpClass(Upper("sort_name"), name="gin_trgm_ops"), name="leads_by_name"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first_name} {self.last_name}".strip()

    def get_absolute_url(self) -> str:
        """Return the path of the lead's page."""
        from django.urls import reverse  # noqa: PLC0415  # models are loaded before URLs can be

        return reverse("leads:lead", args=[self.pk])


class Collaborator(models.Model):
    """A member who sees and works on a lead they may not own: the agent of a handoff, and who set it."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="collaborators")
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    reason = models.CharField(max_length=40)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["membership", "lead"], name="one_collaboration")]

    def __str__(self) -> str:
        return f"{self.membership_id} on {self.lead_id}"


class LeadTag(models.Model):
    """A word people put on a lead. Some words start a handoff."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="tags")
    name = models.CharField(max_length=60)
    created_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(F("lead"), Lower("name"), name="one_tag_per_name")]

    def __str__(self) -> str:
        return self.name


class PersonNote(models.Model):
    """Something to know about the person: “prefers texts”."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="person_notes")
    author = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")
    text = models.CharField(max_length=1000)
    created_at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]

    def __str__(self) -> str:
        return self.text[:60]
