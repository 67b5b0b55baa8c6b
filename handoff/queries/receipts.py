"""Receipts as ``_receipts.html`` draws them."""

from __future__ import annotations

from dataclasses import asdict
from datetime import datetime, timedelta
from typing import Any

from django.urls import reverse

from handoff.models import Handoff
from handoff.receipts import receipts_of

#: A step that is tried again later than this is not watched second by second.
SOON = timedelta(minutes=2)


def receipts_context(handoff: Handoff, *, at: datetime) -> dict[str, Any]:
    """Return what ``_receipts.html`` draws."""
    found = receipts_of(handoff)
    return {
        "receipts": [
            {
                **asdict(receipt),
                "retry_url": reverse("handoff:retry", args=[handoff.pk, receipt.ref]),
                "story_url": reverse("handoff:receipt", args=[handoff.pk, receipt.ref]) if receipt.has_story else "",
            }
            for receipt in found
        ],
        "live": any(not receipt.has_ended and receipt.due_at <= at + SOON for receipt in found),
        "live_url": reverse("handoff:receipts", args=[handoff.pk]),
    }
