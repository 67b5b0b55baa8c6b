"""What changed in a row: written by triggers, whoever changed it and however."""

from __future__ import annotations

from typing import ClassVar

import pgtrigger
from django.db import models
from pghistory.models import Context


class AuditEntry(models.Model):
    """One change of one row. ``context`` says in which request, task, sweep or command, and by whom.

    ``changed`` is ``{column: [was, is]}`` of an update, the last values of a deleted row, and empty for a new one:
    its values are those of today without all that changed since. Secrets are never in it; that they changed is.
    """

    model = models.CharField(max_length=60, help_text="As app.model, in lower case.")
    row = models.BigIntegerField(help_text="The row's primary key.")
    operation = models.CharField(max_length=6, help_text="insert, update or delete.")
    changed = models.JSONField(default=dict)
    context = models.ForeignKey(
        Context, null=True, on_delete=models.DO_NOTHING, db_constraint=False, related_name="entries"
    )
    at = models.DateTimeField()

    class Meta:
        verbose_name_plural = "audit entries"
        ordering: ClassVar[list[str]] = ["-id"]
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["model", "row", "-id"], name="audit_of_a_row")]
        triggers: ClassVar[list[pgtrigger.Trigger]] = [
            pgtrigger.Protect(name="append_only", operation=pgtrigger.Update | pgtrigger.Delete)
        ]

    def __str__(self) -> str:
        return f"{self.operation} of {self.model} {self.row}"
