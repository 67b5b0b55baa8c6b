"""An agent's photo, as bytes that are ready to be sent."""

from __future__ import annotations

from django.db import models

from teams.models.members import Membership


class Photo(models.Model):
    """A square photo in WebP, in a table of its own: whoever reads a profile does not read its pixels.

    The profile's ``photo_mark`` names the bytes, and with them the address under which they may be kept.
    """

    membership = models.OneToOneField(Membership, on_delete=models.CASCADE, related_name="photo", primary_key=True)
    image = models.BinaryField()
    changed_at = models.DateTimeField()

    def __str__(self) -> str:
        return f"Photo of {self.membership_id}"
