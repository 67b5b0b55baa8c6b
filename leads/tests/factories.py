"""Invented leads, made by the verbs that people's leads are made by."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Any

from factory.declarations import LazyAttribute, Sequence, SubFactory

from leads.answers import save_answers
from leads.capture import add_lead
from leads.models import Lead
from leads.models.lpmama import Mortgage, OtherAgent, Side, Timeframe
from leads.recordings import attach_link
from leads.states import Stage
from leads.verification import confirm_email, confirm_phone
from teams.models import Membership, Team
from teams.tests import factories as people
from teams.tests.factories import ModelFactory, TeamFactory

NOW = datetime(2026, 11, 23, 16, 0, tzinfo=UTC)  # a Monday, 10:00 in Chicago
RECORDING = "https://recordings.example.com/calls/1.mp3"

#: Answers that leave nothing to ask of a buyer.
COMPLETE: dict[str, Any] = {
    "side": Side.BUY,
    "location_text": "Mueller, near the lake",
    "price_min": 380_000,
    "price_max": 450_000,
    "motivation": "New job downtown, lease ends in spring",
    "timeframe": Timeframe.MONTHS_1_3,
    "other_agent": OtherAgent.NONE,
    "mortgage": Mortgage.PRE_APPROVED,
    "mortgage_lender": "First Example Bank",
    "mortgage_amount": 460_000,
}


class LeadFactory(ModelFactory[Lead]):
    """A new lead of an ISA; ``stage`` and ``owner`` put it where a test needs it, through no door."""

    class Meta:
        model = Lead

    team = SubFactory(TeamFactory)
    isa = LazyAttribute(lambda lead: people.isa(lead.team))
    first_name = Sequence(lambda n: f"Dana{n}")
    last_name = "Example"
    phone = Sequence(lambda n: f"+1{201 + n // 100 % 700}55501{n % 100:02}")
    email = Sequence(lambda n: f"lead{n}@example.com")
    at = NOW

    @classmethod
    def _create(cls, model_class: type[Lead], *_args: Any, **fields: Any) -> Lead:
        placed: dict[str, Any] = {}
        for name in ("stage", "stage_at", "owner", "next_call_at"):
            if name in fields:
                placed[name] = fields.pop(name)
        lead = add_lead(**fields)
        if "stage" in placed:
            placed.setdefault("stage_at", fields["at"])
        if placed:
            model_class.objects.filter(pk=lead.pk).update(**placed)
            lead.refresh_from_db()
        return lead


def ready_lead(team: Team, isa: Membership, at: datetime = NOW, **fields: Any) -> Lead:
    """A lead that lacks nothing for a handoff: six letters, a recording, number and address read back."""
    fields = {"state": "TX", "stage": Stage.QUALIFIED} | fields
    answers = COMPLETE | fields.pop("answers", {})
    lead = LeadFactory.create(team=team, isa=isa, at=at, **fields)
    save_answers(lead=lead, changes=answers, actor=isa, at=at)
    attach_link(lead=lead, url=RECORDING, actor=isa, at=at)
    confirm_phone(lead=lead, actor=isa, at=at, value=str(lead.phones.get(is_primary=True).number))
    if email := lead.emails.filter(is_primary=True).first():
        confirm_email(lead=lead, actor=isa, at=at, value=email.address)
    return Lead.objects.select_related("team", "lpmama", "verification").get(pk=lead.pk)
