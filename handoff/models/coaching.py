"""A coaching card: something an ISA asked for that agents keep finding otherwise."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q
from django.urls import reverse

from handoff.coaching.states import LIVE, CardStatus, Focus
from handoff.models.handoffs import Handoff
from teams.models import Membership, Team


class CoachingCardQuerySet(models.QuerySet["CoachingCard"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> CoachingCardQuerySet:
        """A team lead's are the team's, an ISA's their own; agents see none."""
        cards = self.filter(team_id=membership.team_id)
        if membership.is_lead:
            return cards
        return self.none() if membership.is_agent else cards.filter(setter=membership)

    def live(self) -> CoachingCardQuerySet:
        """Those that have not ended."""
        return self.filter(status__in=LIVE)


class CoachingCard(models.Model):
    """One pattern of one ISA. ``flagged`` of ``judged``: the latest leads that an agent met, as of the last report."""

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    setter = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="coaching_cards")
    focus = models.CharField(max_length=12, choices=Focus)
    status = models.CharField(max_length=12, choices=CardStatus, default=CardStatus.OPEN)
    cases = models.ManyToManyField(Handoff, related_name="+")
    flagged = models.PositiveSmallIntegerField()
    judged = models.PositiveSmallIntegerField()
    without = models.PositiveSmallIntegerField(default=0, help_text="Leads in a row, up to now, without it.")
    wanted = models.PositiveSmallIntegerField(help_text="So many in a row close the card.")
    opened_at = models.DateTimeField()
    acknowledged_at = models.DateTimeField(null=True, blank=True)
    note = models.CharField(max_length=500, blank=True)
    noted_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    closed_at = models.DateTimeField(null=True, blank=True)
    closed_by = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    ending = models.CharField(max_length=300, blank=True, help_text="Why it ended, in words.")

    objects = CoachingCardQuerySet.as_manager()

    class Meta:
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "-id"], name="coaching_cards_of_team"),
            models.Index(fields=["setter", "status"], name="coaching_cards_of_setter"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["setter", "focus"], condition=Q(status__in=LIVE), name="one_live_card_per_letter"
            ),
            models.CheckConstraint(condition=~Q(status=CardStatus.CLOSED, ending=""), name="a_closed_card_says_why"),
        ]

    def __str__(self) -> str:
        return f"{self.get_focus_display()} ({self.setter_id})"

    def get_absolute_url(self) -> str:
        """Where the card is read."""
        return reverse("handoff:coaching-card", args=[self.pk])

    @property
    def about(self) -> str:
        """How rows in other rooms refer to this card."""
        return f"coaching/{self.pk}"

    @property
    def is_live(self) -> bool:
        """Whether it has not ended."""
        return self.status in LIVE

    @property
    def is_new(self) -> bool:
        """Whether its ISA has not said that they read it."""
        return self.status == CardStatus.OPEN
