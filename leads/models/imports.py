"""Leads brought from another system: the file, what its columns mean, each of its rows, and what became of it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from leads.models.leads import Lead
from notifications.promises.owed import Owed
from teams.models import Membership, Team


class ImportStatus(models.TextChoices):
    """How far an import is. The ones in ``WORKING`` are the machine's move, the others a person's."""

    DRAFT = "draft", "Columns to check"
    READING = "reading", "Reading the file"
    CHECKING = "checking", "Trying each row"
    CHECKED = "checked", "Tried, not imported"
    RUNNING = "running", "Importing"
    DONE = "done", "Imported"
    UNDOING = "undoing", "Undoing"
    UNDONE = "undone", "Undone"
    UNREADABLE = "unreadable", "Cannot be read"
    DISCARDED = "discarded", "Discarded"


WORKING = (ImportStatus.READING, ImportStatus.CHECKING, ImportStatus.RUNNING, ImportStatus.UNDOING)


class OnDuplicate(models.TextChoices):
    """What happens to a row whose number or address a lead has already."""

    SKIP = "skip", "Leave the lead as it is"
    FILL = "fill", "Add what the lead lacks"


class OnUnknown(models.TextChoices):
    """What happens to a row that is assigned to somebody who is not in the team."""

    LEAVE = "leave", "Import it without that person"
    FAIL = "fail", "Do not import the row"


class Outcome(models.TextChoices):
    """What will become of a row, and what has."""

    WAITING = "waiting", "Not looked at"
    CREATE = "create", "New lead"
    FILL = "fill", "Adds to a lead"
    SKIP = "skip", "Duplicate, left out"
    FAIL = "fail", "Cannot be imported"
    REMOVED = "removed", "Removed again"
    KEPT = "kept", "Kept"


class LeadImportQuerySet(models.QuerySet["LeadImport"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> LeadImportQuerySet:
        """Team leads see the team's imports; nobody else sees any."""
        team = self.filter(team_id=membership.team_id)
        return team if membership.is_lead else team.none()


class LeadImport(models.Model):
    """One file. ``columns`` names the target of each column, empty for those left out; ``cursor`` is the last row done.

    ``found`` counts the stages and people that the file names; ``meant`` says what each of them is in Baton.
    """

    team = models.ForeignKey(Team, on_delete=models.PROTECT, related_name="+")
    by = models.ForeignKey(Membership, on_delete=models.PROTECT, related_name="+")
    file_name = models.CharField(max_length=200)
    size = models.PositiveIntegerField(help_text="Bytes.")
    format = models.CharField(max_length=4, help_text="csv or xlsx")
    encoding = models.CharField(max_length=20, blank=True)
    delimiter = models.CharField(max_length=1, blank=True)
    sheet = models.CharField(max_length=120, blank=True)
    sheets = ArrayField(models.CharField(max_length=120), default=list)
    broken_characters = models.PositiveIntegerField(default=0)
    headers = ArrayField(models.TextField(), default=list)
    sample: models.JSONField[Any, Any] = models.JSONField(default=list)
    columns = ArrayField(models.CharField(max_length=12, blank=True), default=list)
    found: models.JSONField[Any, Any] = models.JSONField(default=dict)
    meant: models.JSONField[Any, Any] = models.JSONField(default=dict)
    on_duplicate = models.CharField(max_length=4, choices=OnDuplicate, default=OnDuplicate.SKIP)
    on_unknown = models.CharField(max_length=5, choices=OnUnknown, default=OnUnknown.LEAVE)
    isa = models.ForeignKey(Membership, null=True, blank=True, on_delete=models.PROTECT, related_name="+")
    tag = models.CharField(max_length=60, blank=True)
    status = models.CharField(max_length=10, choices=ImportStatus, default=ImportStatus.DRAFT)
    cursor = models.PositiveIntegerField(default=0)
    rows_total = models.PositiveIntegerField(default=0)
    counts: models.JSONField[Any, Any] = models.JSONField(default=dict)
    problem = models.CharField(max_length=300, blank=True)
    created_at = models.DateTimeField()
    finished_at = models.DateTimeField(null=True, blank=True)

    objects = LeadImportQuerySet.as_manager()

    class Meta:
        verbose_name = "import"
        indexes: ClassVar[list[models.Index]] = [models.Index(fields=["team", "-id"], name="imports_newest_first")]

    def __str__(self) -> str:
        return self.file_name

    @property
    def about(self) -> str:
        """How promises refer to this import."""
        return f"import/{self.pk}"

    @property
    def is_working(self) -> bool:
        """Whether the machine is at it."""
        return self.status in WORKING

    def get_absolute_url(self) -> str:
        """Return the path of its page."""
        from django.urls import reverse  # noqa: PLC0415  # models are loaded before URLs can be

        return reverse("leads:import", args=[self.pk])


class ImportPiece(models.Model):
    """Part of the file as it was uploaded: in the database, so that any machine can go on with it."""

    of = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="pieces")
    number = models.PositiveIntegerField()
    data = models.BinaryField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_piece_per_number")]

    def __str__(self) -> str:
        return f"Piece {self.number} of import {self.of_id}"


class ImportRow(models.Model):
    """One row of the file, by the number that a spreadsheet shows beside it."""

    of = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="rows")
    number = models.PositiveIntegerField()
    cells = ArrayField(models.TextField(blank=True))
    outcome = models.CharField(max_length=7, choices=Outcome, default=Outcome.WAITING)
    remark = models.CharField(max_length=500, blank=True, help_text="Why it failed, or what was left out.")
    lead = models.ForeignKey(Lead, null=True, blank=True, on_delete=models.SET_NULL, related_name="import_rows")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "number"], name="one_row_per_line")]

    def __str__(self) -> str:
        return f"Row {self.number} of import {self.of_id}"


class ImportKey(models.Model):
    """A number or address that a row will bring: while rows are only tried, it shows the later ones as duplicates."""

    of = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="keys")
    key = models.CharField(max_length=254)
    row = models.PositiveIntegerField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["of", "key"], name="one_first_row_per_key")]

    def __str__(self) -> str:
        return self.key


class ImportMapping(models.Model):
    """What a team said of a file with these headers, to be offered when the next one comes."""

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+")
    fingerprint = models.CharField(max_length=64, help_text="SHA-256 of the headers.")
    columns = ArrayField(models.CharField(max_length=12, blank=True))
    meant: models.JSONField[Any, Any] = models.JSONField(default=dict)
    saved_at = models.DateTimeField()

    class Meta:
        constraints = [models.UniqueConstraint(fields=["team", "fingerprint"], name="one_mapping_per_headers")]

    def __str__(self) -> str:
        return self.fingerprint


class ImportStep(Owed):
    """A few seconds of work on an import; the step that does not come to the end owes the next one."""

    of = models.ForeignKey(LeadImport, on_delete=models.CASCADE, related_name="owed_steps")
    number = models.PositiveIntegerField(help_text="Counts the steps of one import: each owes the next but once.")
    status = models.CharField(max_length=10, choices=ImportStatus, help_text="What there was to do when it was owed.")

    class Meta(Owed.Meta):
        verbose_name = "import of leads"
        verbose_name_plural = "imports of leads"

    def get_absolute_url(self) -> str:
        """Return where a person can have it tried again."""
        return self.of.get_absolute_url()
