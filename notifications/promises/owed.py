"""The shape of a promise: what is owed, from when, until when, and how it ended."""

from __future__ import annotations

from typing import ClassVar

from django.db import models
from django.db.models import Q

from teams.origin import REQUEST_ID_LENGTH, current_request_id


class State(models.TextChoices):
    """How far a promise is. Every state but WAITING is an end."""

    WAITING = "waiting", "Waiting"
    DONE = "done", "Done"
    FAILED = "failed", "Failed"
    DROPPED = "dropped", "No longer needed"


class Owed(models.Model):
    """A row written in the transaction of the change that causes it, and fulfilled afterwards.

    ``key`` is derived (``handoff | kind | recipient | revision``): two paths that owe the same effect collide.
    A claim raises ``fence`` and sets ``lease_until`` by the database's clock; a mark counts only for the same fence.
    """

    #: Whether a person gets a task when it is given up. Not where the result stands beside the button that asked.
    asks_a_person: ClassVar[bool] = True
    #: Whether it is a new task each time it is given up, though the one before is still open.
    asks_again: ClassVar[bool] = True

    key = models.CharField(max_length=200, unique=True)
    about = models.CharField(max_length=60, help_text="What this is for, as room/id: “handoff/12”.")
    due_at = models.DateTimeField()
    deadline_at = models.DateTimeField(null=True, blank=True, help_text="No attempt starts after this.")
    state = models.CharField(max_length=7, choices=State, default=State.WAITING)
    lease_until = models.DateTimeField(null=True, blank=True)
    fence = models.PositiveIntegerField(default=0)
    attempts = models.PositiveSmallIntegerField(default=0)
    crashes = models.PositiveSmallIntegerField(
        default=0, db_default=0, help_text="Attempts in a row that ended without an outcome: their process died."
    )
    answer = models.CharField(max_length=500, blank=True, help_text="What the other side said, or why it ended.")
    created_at = models.DateTimeField(auto_now_add=True)
    started_at = models.DateTimeField(null=True, blank=True, help_text="When the last attempt began.")
    done_at = models.DateTimeField(null=True, blank=True, help_text="When it ended, however it ended.")
    request_id = models.CharField(
        max_length=REQUEST_ID_LENGTH,
        blank=True,
        default=current_request_id,
        db_default="",
        help_text="The request that this stems from: it stands on every line of the log about it.",
    )
    responsible = models.ForeignKey(
        "teams.Membership",
        null=True,
        blank=True,
        on_delete=models.PROTECT,
        related_name="+",
        help_text="Who is told when this cannot be done.",
    )

    class Meta:
        abstract = True
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(state="waiting"), name="%(class)s_waiting"),
            models.Index(fields=["about"], name="%(class)s_about"),
            models.Index(fields=["done_at"], condition=Q(state="failed"), name="%(class)s_failed"),
        ]

    def __str__(self) -> str:
        return f"{self.key} ({self.state})"


class Timer(models.Model):
    """Something that happens at a time, unless it is called off before. Fired once, by a compare-and-swap."""

    key = models.CharField(max_length=200, unique=True)
    kind = models.CharField(max_length=40, help_text="Names the function that a room registered for it.")
    about = models.CharField(max_length=60, help_text="What this is for, as room/id: “handoff/12”.")
    due_at = models.DateTimeField()
    fired_at = models.DateTimeField(null=True, blank=True)
    called_off_at = models.DateTimeField(null=True, blank=True)
    request_id = models.CharField(
        max_length=REQUEST_ID_LENGTH,
        blank=True,
        default=current_request_id,
        db_default="",
        help_text="The request that it stems from.",
    )

    class Meta:
        app_label = "notifications"
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["due_at"], condition=Q(fired_at=None, called_off_at=None), name="timer_running"),
            models.Index(fields=["about"], name="timer_about"),
        ]

    def __str__(self) -> str:
        return f"{self.key} at {self.due_at:%Y-%m-%d %H:%M}Z"
