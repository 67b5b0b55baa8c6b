"""When an agent works."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import time
from itertools import pairwise

from django.db import transaction

from teams.models import Membership, WorkingHours


class OverlappingHours(ValueError):
    """Two stretches of one day run into each other, or one ends before it begins."""


@dataclass(frozen=True, slots=True, order=True)
class Stretch:
    """A piece of a weekday (0 is Monday), by the agent's own clock."""

    weekday: int
    opens: time
    closes: time


@transaction.atomic
def set_hours(*, membership: Membership, week: Sequence[Stretch]) -> None:
    """Make ``week`` the agent's working week, in place of what it was. Raises OverlappingHours."""
    refuse_overlaps(week)
    Membership.objects.select_for_update(no_key=True).get(pk=membership.pk)  # two who save at once take turns
    WorkingHours.objects.filter(membership=membership).delete()
    WorkingHours.objects.bulk_create(
        WorkingHours(membership=membership, weekday=each.weekday, opens=each.opens, closes=each.closes) for each in week
    )


def refuse_overlaps(week: Sequence[Stretch]) -> None:
    """Raise OverlappingHours unless every stretch has a length and none runs into the next."""
    if any(each.opens >= each.closes for each in week):
        raise OverlappingHours("Closing time must be after opening time.")
    in_order = sorted(week)
    for earlier, later in pairwise(in_order):
        if earlier.weekday == later.weekday and later.opens < earlier.closes:
            raise OverlappingHours("Two stretches of one day overlap.")
