"""Answers that are kept, so that a request sent twice has one effect."""

from __future__ import annotations

from typing import ClassVar

from django.db import models

from teams.models.members import Membership


class IdempotencyKey(models.Model):
    """What a POST with this key did, written in the transaction in which it did it."""

    membership = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+")
    key = models.CharField(max_length=200)
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of address and body, in hex.")
    status = models.PositiveSmallIntegerField()
    body = models.TextField(blank=True)
    created_at = models.DateTimeField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["membership", "key"], name="one_answer_per_key")
        ]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["created_at"], name="answers_oldest_first")]

    def __str__(self) -> str:
        return self.key
