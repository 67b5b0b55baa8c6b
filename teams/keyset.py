"""Lists in pages that cost the same wherever they are: what comes after an id, never an offset."""

from collections.abc import Callable
from typing import Any, TypeVar

from django.db.models import Model, QuerySet

from teams.schemas import LARGEST_ID

M = TypeVar("M", bound=Model)


def page(rows: QuerySet[M], *, cursor: str, limit: int, show: Callable[[M], Any]) -> dict[str, Any]:
    """Return the newest rows, or those after ``cursor``, as they are shown, and the cursor of the next page."""
    if cursor:
        rows = rows.filter(pk__lt=min(int(cursor), LARGEST_ID))
    found = list(rows.order_by("-pk")[: limit + 1])
    shown = found[:limit]
    return {
        "items": [show(row) for row in shown],
        "next_cursor": str(shown[-1].pk) if len(found) > limit else None,
    }
