"""What a worker is asked to do at once. Losing a task loses nothing: the sweep drains the same rows."""

from __future__ import annotations

from celery import shared_task
from django.utils import timezone

from handoff.models import OwnerChange
from notifications.promises.drains import drain


@shared_task(name="handoff.reassign_owner")
def reassign_owner(about: str) -> None:
    """Change the owner of the lead as a handoff owes it."""
    drain(OwnerChange, at=timezone.now(), about=about)
