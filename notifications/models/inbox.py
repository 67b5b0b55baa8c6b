"""The in-app inbox: what a person was told inside Baton."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from teams.models import Membership


class InboxQuerySet(models.QuerySet["InboxItem"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> InboxQuerySet:
        """One's own items only."""
        return self.filter(membership=membership)

    def unread(self) -> InboxQuerySet:
        """Those not opened yet."""
        return self.filter(read_at=None)


class InboxItem(models.Model):
    """A message to one member, delivered the moment it is written."""

    key = models.CharField(max_length=200, unique=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="inbox")
    about = models.CharField(max_length=60)
    kind = models.CharField(max_length=40)
    title = models.CharField(max_length=200)
    body = models.CharField(max_length=500, blank=True)
    link = models.CharField(max_length=200, blank=True, help_text="A path inside Baton.")
    is_urgent = models.BooleanField(default=False)
    created_at = models.DateTimeField()
    read_at = models.DateTimeField(null=True, blank=True)

    objects = InboxQuerySet.as_manager()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["membership", "-id"], name="inbox_newest_first"),
            models.Index(fields=["membership"], condition=Q(read_at=None), name="inbox_unread"),
        ]

    def __str__(self) -> str:
        return self.title
