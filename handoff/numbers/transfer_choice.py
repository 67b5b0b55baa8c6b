"""Which live transfers and rings the numbers are of, and which of them are listed, as the address says it."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet

from handoff.models import LiveTransfer, Ring
from handoff.models.transfers import DropReason, PassReason
from handoff.numbers.asking import are_of_team
from handoff.numbers.forms import Days, MemberKeyField, OfTeam
from handoff.numbers.transfers import CASES, Within
from handoff.places import NO_SUCH_PAGE
from handoff.states import RingStatus
from teams.models import Membership
from teams.schemas import LARGEST_ID


class TransfersRange(OfTeam, Days):
    """Which live transfers the numbers are of."""

    isa = MemberKeyField(label="ISA")
    agent = MemberKeyField()

    #: What narrows a list further: fields, and their values with labels.
    NARROWS: Mapping[str, Mapping[str, str]] = MappingProxyType({})

    def __init__(self, *args: Any, viewer: Membership, **kwargs: Any) -> None:
        super().__init__(*args, **kwargs)
        self.viewer = viewer

    def is_of_team(self, pk: int) -> bool:
        """Ask the database."""
        return are_of_team(self.viewer, {pk})

    @property
    def people(self) -> dict[str, str]:
        """Whose, as an address says it."""
        return self._said("isa", "agent")

    @property
    def besides(self) -> dict[str, str]:
        """All that is chosen but the days, as an address says it."""
        return self._said("isa", "agent", *self.NARROWS)

    @property
    def address(self) -> str:
        """The query of an address of the same choice."""
        return urlencode({**self.kept, **self.besides})

    @property
    def people_address(self) -> str:
        """The same of the people alone, behind other days; empty for everybody."""
        return urlencode(self.people)

    @property
    def whose_address(self) -> str:
        """The same of days and people, without what narrows a list."""
        return urlencode({**self.kept, **self.people})

    @property
    def isa_address(self) -> str:
        """The same of days and ISA, to which an agent is added."""
        return urlencode({**self.kept, **self._said("isa")})

    def _said(self, *names: str) -> dict[str, str]:
        chosen = {name: self.cleaned_data.get(name) for name in names}
        return {name: str(value) for name, value in chosen.items() if value}

    def within(self, *, at: datetime) -> Within:
        """Return what of theirs is counted."""
        since, until = self.span(self.viewer.team, at=at)
        isa, agent = self.cleaned_data.get("isa"), self.cleaned_data.get("agent")
        return Within(self.viewer, since=since, until=until, isa=isa, agent=agent)


def _one_of(labels: Mapping[str, str], everything: str, *, label: str) -> forms.ChoiceField:
    return forms.ChoiceField(choices=[("", everything), *labels.items()], required=False, label=label)


class Cases(TransfersRange):
    """Which cases stand behind a number, and from where on they are looked at: only those older than ``before``."""

    before = forms.IntegerField(
        min_value=1, max_value=LARGEST_ID, required=False, label="Page", error_messages=NO_SUCH_PAGE
    )

    @property
    def narrowing(self) -> list[forms.BoundField]:
        """The fields by which the list is narrowed."""
        return [self[name] for name in self.NARROWS]

    @property
    def words(self) -> str:
        """What they have in common; empty for all."""
        chosen = ((labels, self.cleaned_data.get(name)) for name, labels in self.NARROWS.items())
        return ", ".join(labels[value] for labels, value in chosen if value)


class TransferCases(Cases):
    """Which transfers those are."""

    NARROWS = MappingProxyType(
        {"what": {name: label for name, (label, _) in CASES.items()}, "drop": dict(DropReason.choices)}
    )

    what = _one_of(NARROWS["what"], "Every transfer", label="What became of it")
    drop = _one_of(NARROWS["drop"], "Every reason", label="Dropped because")

    def cases(self, within: Within) -> QuerySet[LiveTransfer]:
        """Return them, the newest first."""
        found = within.transfers()
        if what := self.cleaned_data.get("what"):
            found = found.filter(CASES[what][1])
        if drop := self.cleaned_data.get("drop"):
            found = found.filter(drop_reason=drop)
        return found.order_by("-pk")


class RingCases(Cases):
    """Which rings those are."""

    NARROWS = MappingProxyType({"answer": dict(RingStatus.choices), "why": dict(PassReason.choices)})

    answer = _one_of(NARROWS["answer"], "Every ring", label="Answer")
    why = _one_of(NARROWS["why"], "Every reason", label="Passed on because")

    def cases(self, within: Within) -> QuerySet[Ring]:
        """Return them, the newest first."""
        found = within.rings()
        if answer := self.cleaned_data.get("answer"):
            found = found.filter(status=answer)
        if why := self.cleaned_data.get("why"):
            found = found.filter(pass_reason=why)
        return found.order_by("-pk")
