"""What is chosen on the board, kept in its address. What makes no sense shows nothing."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import UTC, datetime, timedelta
from typing import Any
from urllib.parse import urlencode

from django import forms
from django.db.models import QuerySet

from handoff.baton.board import CALM, Place
from handoff.baton.risks import BY_CODE
from handoff.filters import wrong_words
from handoff.models import Handoff
from handoff.places import NO_SUCH_PAGE
from handoff.states import Method
from teams.models import Membership, Role

EPOCH = datetime(1970, 1, 1, tzinfo=UTC)
#: The fields that narrow the board down before anything is counted.
NARROWING = {"agent": "agent", "isa": "setter", "method": "method"}
NOT_OURS = {"invalid_choice": "Choose somebody of the team."}
#: A membership's pk as it stands in addresses, and the name.
Person = tuple[str, str]


class BoardChoice(forms.Form):
    """Which handoffs to show, and after which of them the page begins."""

    risk = forms.ChoiceField(choices=[(code, code) for code in (*BY_CODE, CALM)], required=False)
    agent = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, error_messages=NOT_OURS)
    isa = forms.TypedChoiceField(coerce=int, empty_value=None, required=False, label="ISA", error_messages=NOT_OURS)
    method = forms.ChoiceField(choices=[("", "Any way"), *Method.choices], required=False, label="Handed off by")
    after = forms.RegexField(
        regex=r"\A\d\.\d{1,17}\.\d{1,18}\Z", required=False, label="Page", error_messages=NO_SUCH_PAGE
    )

    def __init__(
        self, *args: Any, viewer: Membership, isas: Sequence[Person], agents: Sequence[Person], **kwargs: Any
    ) -> None:
        super().__init__(*args, **kwargs)
        _offer(self.fields["agent"], "Every agent", agents)
        _offer(self.fields["isa"], "Every ISA", isas)
        if viewer.is_agent:
            del self.fields["agent"]
        if not viewer.is_lead:
            del self.fields["isa"]
        self.is_valid()

    @property
    def selects(self) -> list[forms.BoundField]:
        """The fields that are chosen from a list; a risk is chosen by its number."""
        return [self[name] for name in NARROWING if name in self.fields]

    @property
    def wrong(self) -> list[str]:
        """What cannot be shown as it was asked, field by field."""
        return wrong_words(self)

    @property
    def risk_code(self) -> str:
        """The risk that is looked at, or ``CALM``; empty for everything."""
        return str(self.cleaned_data.get("risk") or "")

    @property
    def risk_word(self) -> str:
        """What it is called."""
        return BY_CODE[self.risk_code].word if self.risk_code in BY_CODE else "Nothing wrong" if self.risk_code else ""

    @property
    def is_narrowed(self) -> bool:
        """Whether some handoffs are not counted at all."""
        return any(self.cleaned_data.get(name) for name in NARROWING)

    @property
    def place(self) -> Place | None:
        """After which row the page begins."""
        if not (said := self.cleaned_data.get("after")):
            return None
        level, micros, pk = map(int, said.split("."))
        return Place(level, EPOCH + timedelta(microseconds=micros), pk)

    def narrow(self, handoffs: QuerySet[Handoff]) -> QuerySet[Handoff]:
        """Leave out what is not to be counted: everything, where somebody was asked for who is not there."""
        if self.errors:
            return handoffs.filter(pk=0)  # not none(): what it counts is asked in SQL of this query
        chosen = {field: self.cleaned_data.get(name) for name, field in NARROWING.items()}
        return handoffs.filter(**{field: value for field, value in chosen.items() if value})

    def query(self, **changes: str) -> str:
        """Return the choice as the query of an address, with these changes; the page begins anew with each."""
        kept = {name: self.cleaned_data.get(name) for name in ("risk", *NARROWING)} | changes
        return urlencode({name: value for name, value in kept.items() if value})

    def query_after(self, place: Place) -> str:
        """Return the query of the page that begins after this row."""
        micros = (place.presses_at - EPOCH) // timedelta(microseconds=1)
        return self.query(after=f"{place.level}.{micros}.{place.pk}")


def people_for(viewer: Membership) -> tuple[list[Person], list[Person]]:
    """Return the ISAs (and team leads, who hand off too) and agents to choose, by name; for an agent, nobody."""
    if viewer.is_agent:
        return [], []
    found = Membership.objects.visible_to(viewer).filter(ended_at=None).order_by("user__name", "pk")
    everyone = list(found.values_list("pk", "user__name", "role"))
    isas, agents = (
        [(str(pk), name) for pk, name, role in everyone if (role == Role.AGENT) is is_agent]
        for is_agent in (False, True)
    )
    return isas, agents


def _offer(field: forms.Field, everyone: str, people: Sequence[Person]) -> None:
    """Offer these people in a field, after the word for all of them."""
    assert isinstance(field, forms.ChoiceField)  # noqa: S101 - for the type checker; declared above
    field.choices = [("", everyone), *people]
