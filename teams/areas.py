"""The places a team works in."""

from datetime import datetime

from django.db import IntegrityError, transaction

from teams.changes import note_change
from teams.models import Area, Membership, Team
from teams.signals import area_removed


class AreaExists(ValueError):
    """The team has an area of this name, whatever its case."""


@transaction.atomic
def add_area(*, team: Team, name: str, median_price: int | None, actor: Membership, at: datetime) -> Area:
    """Add an area. ``median_price`` is in whole units of the team's currency. Raises AreaExists."""
    area = _save(Area(team=team, name=name, median_price=median_price))
    note_change(actor=actor, part="areas", words=f"{name} added", at=at)
    return area


@transaction.atomic
def change_area(*, area: Area, name: str, median_price: int | None, actor: Membership, at: datetime) -> Area:
    """Rename an area or note what homes cost there: whatever names it follows. Raises AreaExists."""
    was = Area.objects.values_list("name", "median_price").get(pk=area.pk)  # a form may have filled in ``area``
    area.name, area.median_price = name, median_price
    _save(area)
    if was != (name, median_price):
        words = f"{was[0]} ({was[1] or 'no median'}) → {name} ({median_price or 'no median'})"
        note_change(actor=actor, part="areas", words=words, at=at)
    return area


@transaction.atomic
def remove_area(*, area: Area, actor: Membership, at: datetime) -> None:
    """Take an area off the list. Agents no longer name it; whoever keeps its name as words does so before it goes."""
    area_removed.send(sender=Area, area=area)
    note_change(actor=actor, part="areas", words=f"{area.name} removed", at=at)
    area.delete()


def _save(area: Area) -> Area:
    try:
        with transaction.atomic():
            area.save()
    except IntegrityError as clash:
        raise AreaExists(f"There is an area called “{area.name}” already.") from clash
    return area
