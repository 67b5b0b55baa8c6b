"""After which row a page of a list begins: its day, and which of that day's. An address says “2026-11-23.17”."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from dataclasses import dataclass
from datetime import date
from typing import Any, Final, Generic, TypeVar

from django import forms
from django.core.exceptions import ValidationError

Row = TypeVar("Row")
#: What a page is called that nobody typed, whatever is wrong with its address.
NO_SUCH_PAGE: Final = dict.fromkeys(
    ("invalid", "min_value", "max_value", "null_characters_not_allowed"), "There is no such page."
)


@dataclass(frozen=True, slots=True)
class Place:
    """One row of a list that is ordered by days, and then by keys."""

    day: date
    pk: int

    def __str__(self) -> str:
        return f"{self.day.isoformat()}.{self.pk}"


@dataclass(frozen=True, slots=True)
class Page(Generic[Row]):
    """Some rows of a list; ``older`` is the last of them where more follow, None at the end."""

    rows: Sequence[Row]
    older: Place | None


def through(read: Callable[[Place | None], Page[Row]]) -> Iterator[Row]:
    """Yield every row of a list that is read by pages."""
    after: Place | None = None
    while True:
        page = read(after)
        yield from page.rows
        if page.older is None:
            return
        after = page.older


class PlaceField(forms.RegexField):
    """A place as an address says it."""

    def __init__(self, **kwargs: Any) -> None:
        words = {"label": "Page", "error_messages": NO_SUCH_PAGE}
        super().__init__(regex=r"\A\d{4}-\d\d-\d\d\.\d{1,18}\Z", **words | kwargs)

    def clean(self, value: Any) -> Place | None:
        """Read it; None when nothing is said."""
        if not (said := super().clean(value)):
            return None
        day, _, pk = said.partition(".")
        try:
            return Place(date.fromisoformat(day), int(pk))
        except ValueError as error:
            raise ValidationError(self.error_messages["invalid"], code="invalid") from error
