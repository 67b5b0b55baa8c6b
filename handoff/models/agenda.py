"""A member's appointments as a calendar that other programs subscribe to, by a secret address."""

from __future__ import annotations

from django.db import models

from teams.models import Membership


class AgendaLink(models.Model):
    """The one address of a member's agenda. Of its secret only a digest is kept; a new one ends the old one."""

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="+")
    digest = models.CharField(max_length=64, unique=True)
    created_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Agenda of {self.membership_id}"
