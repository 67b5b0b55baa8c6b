"""Handoffs and rings as they are counted: kept beside the rows they are counted from, and never a source of anything.

Views in the database say how (``handoff/migrations/0002_what_counts``): a *course* is one handoff or one ring counted
from its rows. What changed is noted in the transaction of the change (``Changed``, ``ChangedTransfer``, by triggers)
and counted anew by the sweep; until then whoever reads takes it from its rows. So the figures are exact at every
moment, and no two bookings wait for each other because of them.
"""

from __future__ import annotations

from typing import ClassVar, Final

from django.db import models

from handoff.models.handoffs import Handoff
from handoff.models.outcomes import Reason
from handoff.states import Method, RingStatus
from teams.models import Membership, Team


class Basis(models.TextChoices):
    """Which day counts. A handoff without an appointment takes place when it is set."""

    SET = "set", "Day it was set"
    HELD = "held", "Day it takes place"


class Measures(models.Model):
    """What may be added up of handoffs: of one of them each is 0 or 1, but ``commission``, in whole units.

    ``booked`` had an appointment, which was ``held``, missed (``no_show``), ``cancelled`` or moved: ``to_rebook`` ones
    have no new time, ``moved`` are all. ``reported`` have an outcome, ``on_time`` in time every time. Of those that
    were ``missed``, so many were ``recovered``: booked again. Of those who ``met`` their agent some were ``judged``,
    and ``good``. The rest is why others were not.
    """

    handed = models.IntegerField()
    booked = models.IntegerField()
    held = models.IntegerField()
    no_show = models.IntegerField()
    cancelled = models.IntegerField()
    to_rebook = models.IntegerField()
    moved = models.IntegerField()
    direct = models.IntegerField()
    live = models.IntegerField()
    reported = models.IntegerField()
    on_time = models.IntegerField()
    missed = models.IntegerField()
    recovered = models.IntegerField()
    met = models.IntegerField()
    judged = models.IntegerField()
    good = models.IntegerField()
    signed = models.IntegerField()
    contracted = models.IntegerField()
    closed = models.IntegerField()
    commission = models.BigIntegerField()
    because_price = models.IntegerField()
    because_motivation = models.IntegerField()
    because_agent = models.IntegerField()
    because_mortgage = models.IntegerField()
    because_location = models.IntegerField()
    because_contact = models.IntegerField()
    because_duplicate = models.IntegerField()
    because_other = models.IntegerField()

    class Meta:
        abstract = True


#: Their columns, in order.
MEASURES: Final = tuple(field.name for field in Measures._meta.fields)  # noqa: SLF001 - Django's documented way
#: By which reason an outcome is counted where.
REASONS: Final = {Reason(name.removeprefix("because_")): name for name in MEASURES if name.startswith("because_")}


class Course(Measures):
    """One handoff. Days are the team's; ``connect_seconds`` is from a client's wait to the agent's voice.

    ``pace`` is that in steps of a quarter octave (``handoff.numbers.pace``), ``invite_pace`` the same of an appointment
    from its booking until agent and client both had their invite. ``was_read``: by its agent, before they met.
    ``fullness``: how much the brief had beyond what is asked of every one.
    """

    handoff = models.OneToOneField(Handoff, primary_key=True, on_delete=models.CASCADE, related_name="+")
    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    set_on = models.DateField()
    held_on = models.DateField()
    method = models.CharField(max_length=9, choices=Method)
    isa = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+", db_index=False)
    agent = models.ForeignKey(Membership, on_delete=models.CASCADE, related_name="+", db_index=False)
    source = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=80, blank=True)
    connect_seconds = models.IntegerField(null=True)
    pace = models.SmallIntegerField(null=True)
    invite_pace = models.SmallIntegerField(null=True)
    was_confirmed = models.BooleanField()
    was_read = models.BooleanField()
    fullness = models.SmallIntegerField()

    class Meta:
        abstract = True


class Counted(Course):
    """A handoff as the tallies count it."""

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "set_on"], name="counted_by_day_set"),
            models.Index(fields=["team", "held_on"], name="counted_by_day_held"),
            models.Index(fields=["isa", "set_on"], name="counted_of_isa"),
            models.Index(fields=["agent", "set_on"], name="counted_of_agent"),
            models.Index(fields=["team", "source", "area", "set_on"], name="counted_of_source"),
            models.Index(fields=["team", "area", "set_on"], name="counted_of_area"),
        ]

    def __str__(self) -> str:
        return f"Handoff {self.handoff_id} as counted"


class Current(Course):
    """A handoff as it is now: as it was counted, or from its rows where it has changed since. A view."""

    class Meta:
        managed = False
        db_table = "handoff_current"

    def __str__(self) -> str:
        return f"Handoff {self.handoff_id} as it is"


class Cell(models.Model):
    """Handoffs of one week (its Monday), by one or two of ISA, agent, source and area, or by none of them.

    ``kind`` says by which, as the sum of 8, 4, 2 and 1; the others are 0 or empty.
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    basis = models.CharField(max_length=4, choices=Basis)
    kind = models.SmallIntegerField()
    week = models.DateField()
    isa_id = models.BigIntegerField()
    agent_id = models.BigIntegerField()
    source = models.CharField(max_length=60, blank=True)
    area = models.CharField(max_length=80, blank=True)

    class Meta:
        abstract = True


class Tally(Cell, Measures):
    """So many handoffs of a method, and what became of them."""

    method = models.CharField(max_length=9, choices=Method)

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["team", "basis", "kind", "week", "method", "isa_id", "agent_id", "source", "area"],
                name="one_tally_of_a_cell",
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "basis", "kind", "isa_id", "week"], name="tallies_of_isa"),
            models.Index(fields=["team", "basis", "kind", "agent_id", "week"], name="tallies_of_agent"),
            models.Index(fields=["team", "basis", "kind", "source", "week"], name="tallies_of_source"),
            models.Index(fields=["team", "basis", "kind", "area", "week"], name="tallies_of_area"),
        ]

    def __str__(self) -> str:
        return f"{self.handed} in the week of {self.week}"


class Paced(Cell):
    """So many handoffs at one pace; by none of the four, or by one."""

    pace = models.SmallIntegerField()
    handed = models.IntegerField()

    class Meta:
        abstract = True

    def __str__(self) -> str:
        return f"{self.handed} at pace {self.pace} in the week of {self.week}"


#: What makes a cell of them.
_OF_ONE_CELL: Final = ("team", "basis", "kind", "isa_id", "agent_id", "source", "area", "week", "pace")


class PaceTally(Paced):
    """Live transfers, by how fast they connected."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=_OF_ONE_CELL, name="one_pace_tally_of_a_cell")
        ]


class InviteTally(Paced):
    """Appointments, by how fast both invites were delivered."""

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=_OF_ONE_CELL, name="one_invite_tally_of_a_cell")
        ]


class Changed(models.Model):
    """A handoff that is not any more, or not yet, as it was counted. Added by triggers, taken by the sweep."""

    handoff_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Handoff {self.handoff_id} changed"


class RingCell(models.Model):
    """Whose ring it was, who had asked for it, and how it went.

    ``pace``: how fast they accepted, in steps (``handoff.numbers.pace``).
    """

    team = models.ForeignKey(Team, on_delete=models.CASCADE, related_name="+", db_index=False)
    isa_id = models.BigIntegerField()
    agent_id = models.BigIntegerField()
    answer = models.CharField(max_length=10, choices=RingStatus)
    pace = models.SmallIntegerField(null=True)
    rings = models.IntegerField()

    class Meta:
        abstract = True


class CountedRing(RingCell):
    """A ring as the tallies count it, on the day of its transfer's request; ``rings`` is 1.

    It outlives its ring, until that is taken from the tallies.
    """

    ring_id = models.BigIntegerField(primary_key=True)
    transfer_id = models.BigIntegerField(db_index=True)
    requested_on = models.DateField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["team", "requested_on"], name="counted_rings_by_day"),
        ]

    def __str__(self) -> str:
        return f"Ring {self.ring_id} as counted"


class RingTally(RingCell):
    """So many rings for transfers that an ISA asked for in one week (its Monday); ``isa_id`` 0: that anybody did."""

    week = models.DateField()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(
                fields=["team", "isa_id", "week", "agent_id", "answer", "pace"],
                name="one_ring_tally_of_a_cell",
                nulls_distinct=False,
            )
        ]
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["agent_id", "isa_id", "week"], name="ring_tallies_of_agent"),
        ]

    def __str__(self) -> str:
        return f"{self.rings} rings {self.answer} in the week of {self.week}"


class ChangedTransfer(models.Model):
    """A transfer whose rings are not any more, or not yet, as they were counted. Added by triggers, as ``Changed``."""

    transfer_id = models.BigIntegerField()

    def __str__(self) -> str:
        return f"Rings of transfer {self.transfer_id} changed"
