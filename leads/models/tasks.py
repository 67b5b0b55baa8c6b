"""Everybody's to-do list."""

from __future__ import annotations

from datetime import datetime
from typing import ClassVar

from django.db import models
from django.db.models import Q

from leads.models.leads import Lead
from teams.models import Membership, Team


class TaskQuerySet(models.QuerySet["Task"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> TaskQuerySet:
        """One's own; a team lead sees the whole team's."""
        tasks = self.filter(team_id=membership.team_id)
        return tasks if membership.is_lead else tasks.filter(assignee=membership)

    def open(self) -> TaskQuerySet:
        """Those not done."""
        return self.filter(done_at=None)

    def wanted(self, at: datetime) -> TaskQuerySet:
        """Those open that ``wants_now`` is true of."""
        return self.open().filter(Q(due_at__lte=at) | Q(is_urgent=True))


class Task(models.Model):
    """Something one person must do. The key makes two causes of the same task collide."""

    key = models.CharField(max_length=200, unique=True)
    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    assignee = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="tasks")
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.CASCADE, related_name="tasks")
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    detail = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=200, blank=True, help_text="A path inside Baton.")
    script = models.CharField(
        max_length=40, blank=True, db_default="", help_text="What to say: the name of a script; empty for none."
    )
    is_urgent = models.BooleanField(default=False)
    due_at = models.DateTimeField()
    created_at = models.DateTimeField()
    done_at = models.DateTimeField(null=True, blank=True)

    objects = TaskQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["assignee", "due_at"], condition=Q(done_at=None), name="tasks_open"),
            models.Index(fields=["team", "due_at"], condition=Q(done_at=None), name="tasks_open_in_team"),
        ]

    def __str__(self) -> str:
        return self.title

    def wants_now(self, at: datetime) -> bool:
        """Whether it is due, or urgent: then its time is by when it must be done, not when it may begin."""
        return self.is_urgent or self.due_at <= at
