"""What open pages are told at once: that something changed, and nothing of what."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models import Membership


class Pushed(models.Model):
    """One frame for one member's open pages. It names what to look at again; the page asks, and is checked as ever."""

    id = models.BigAutoField(primary_key=True)
    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    topic = models.CharField(max_length=20, help_text="What kind of thing: ring, transfer.")
    ref = models.CharField(max_length=40, help_text="Which one, by its id.")
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "pushed"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["membership", "id"], name="pushed_to_member"),
            models.Index(fields=["at"], name="pushed_by_age"),
        ]

    def __str__(self) -> str:
        return f"{self.topic} {self.ref} to {self.membership_id}"
