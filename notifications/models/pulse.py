"""Small facts that processes leave for each other: who is alive, which channel is throttled."""

from __future__ import annotations

from django.db import models


class Pulse(models.Model):
    """When a background loop last came round; ``/readyz`` tells its age."""

    name = models.CharField(max_length=40, primary_key=True)
    beat_at = models.DateTimeField()
    streams = models.PositiveIntegerField(default=0, db_default=0, help_text="Open event streams, where it holds any.")

    def __str__(self) -> str:
        return f"{self.name} at {self.beat_at:%H:%M:%S}Z"


class Bucket(models.Model):
    """A channel that asked us to slow down (429): nobody sends on it before ``closed_until``."""

    name = models.CharField(max_length=120, primary_key=True, help_text="“slack/<team id>”, “email”.")
    closed_until = models.DateTimeField()

    def __str__(self) -> str:
        return f"{self.name} until {self.closed_until:%H:%M:%S}Z"
