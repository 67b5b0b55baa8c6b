"""How to reach a lead, and whether it was read back to them."""

from __future__ import annotations

from typing import ClassVar

from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import Q
from phonenumber_field.modelfields import PhoneNumberField

from leads.models.leads import Lead
from teams.models import Membership


class LeadPhone(models.Model):
    """A phone number, E.164. The same number may belong to several leads: people are warned, not stopped."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="phones")
    number = PhoneNumberField(db_index=True)
    label = models.CharField(max_length=20, blank=True)
    is_primary = models.BooleanField(default=False)
    wrong_at = models.DateTimeField(null=True, blank=True, help_text="When somebody else answered at this number.")

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_primary", "id"]
        indexes: ClassVar[list[models.Index]] = [
            # People remember, and read out, the last digits
            GinIndex(OpClass("number", name="gin_trgm_ops"), name="phones_by_digits"),
        ]
        constraints = [
            models.UniqueConstraint(fields=["lead", "number"], name="one_row_per_number"),
            models.UniqueConstraint(fields=["lead"], condition=Q(is_primary=True), name="one_primary_phone"),
        ]

    def __str__(self) -> str:
        return str(self.number)


class LeadEmail(models.Model):
    """An email address, lower-case."""

    lead = models.ForeignKey(Lead, on_delete=models.CASCADE, related_name="emails")
    address = models.EmailField(max_length=254, db_index=True)
    is_primary = models.BooleanField(default=False)

    class Meta:
        ordering: ClassVar[list[str]] = ["-is_primary", "id"]
        constraints = [
            models.UniqueConstraint(fields=["lead", "address"], name="one_row_per_address"),
            models.UniqueConstraint(fields=["lead"], condition=Q(is_primary=True), name="one_primary_email"),
        ]

    def __str__(self) -> str:
        return self.address


class Verification(models.Model):
    """What was read back and confirmed. It names the value, so a changed number is unverified again."""

    lead = models.OneToOneField(Lead, on_delete=models.CASCADE, related_name="verification", primary_key=True)
    phone = models.CharField(max_length=16, blank=True, help_text="The number that was confirmed, E.164.")
    phone_at = models.DateTimeField(null=True, blank=True)
    email = models.CharField(max_length=254, blank=True, help_text="The address that was confirmed.")
    email_at = models.DateTimeField(null=True, blank=True)
    has_no_email = models.BooleanField(default=False)
    by = models.ForeignKey(Membership, null=True, on_delete=models.PROTECT, related_name="+")

    def __str__(self) -> str:
        return f"Verification of {self.lead_id}"
