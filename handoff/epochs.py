"""Moments that the database gives as seconds since 1970: a good deal cheaper to read than timestamps."""

from __future__ import annotations

from typing import Any

from django.db.models import F, Field, Func
from django.db.models.expressions import Combinable

#: A column that is taken as the driver gives it: Django would pass each number through int() once more.
AS_IT_COMES: Field[Any, Any] = Field()


def epoch(moment: str | Combinable) -> Func:
    """Return the seconds since 1970 (UTC) of a column or expression, as an integer."""
    given = F(moment) if isinstance(moment, str) else moment
    return Func(given, template="EXTRACT(EPOCH FROM %(expressions)s)::bigint", output_field=AS_IT_COMES)
