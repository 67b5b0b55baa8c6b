"""When somebody's role became another one."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models

from teams.models.members import Membership, Role


class RoleChange(models.Model):
    """A member had one role until then, and another since. Only ever added to: pay and credit go by it."""

    membership = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="role_changes")
    was = models.CharField(max_length=5, choices=Role)
    role = models.CharField(max_length=5, choices=Role)
    at = models.DateTimeField()

    class Meta:
        ordering: ClassVar[list[str]] = ["at", "id"]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="role_changes_append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.membership_id}: {self.was} → {self.role}"
