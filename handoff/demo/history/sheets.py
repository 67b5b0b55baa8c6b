"""The tables of a history and what is said in each row of them, in the order in which they are written."""

from __future__ import annotations

from handoff.demo.history.copying import Sheet
from handoff.models import (
    Appointment,
    BriefRead,
    Deal,
    DealStep,
    FormerOutcome,
    Handoff,
    LiveTransfer,
    Outcome,
    OwnerChange,
    Postponement,
    RecoveryRun,
    RecoveryStep,
    Ring,
    TransferEvent,
)
from leads.models import (
    Activity,
    Collaborator,
    Lead,
    LeadEmail,
    LeadPhone,
    Lpmama,
    PersonNote,
    Recording,
    StageChange,
    Verification,
)

#: The fields of ``Lpmama`` that are copied from the answers.
ANSWERS = (
    "side", "location_text", "price_min", "price_max", "price_expected", "motivation", "timeframe", "other_agent",
    "mortgage", "mortgage_lender", "mortgage_amount", "bedrooms", "needs", "household", "location_second",
    "price_second", "motivation_second", "agent_second", "mortgage_second",
)  # fmt: skip
_SAID = ("showed", "is_good", "reason", "next_step", "recorded_by_id", "recorded_at", "via")
_TERMS = ("status", "signed_on", "under_contract_on", "closed_on", "lost_on", "price", "commission", "currency")


class Sheets:
    """All of them: what is referred to comes before what refers to it."""

    def __init__(self) -> None:
        self._lay_out_leads()
        self._lay_out_handoffs()
        self._lay_out_what_came_of_them()

    def _lay_out_leads(self) -> None:
        self.leads = Sheet(
            Lead, "id", "team_id", "first_name", "last_name", "sort_name", "stage", "stage_at", "state", "source",
            "owner_id", "isa_id", "created_at", "updated_at",
        )  # fmt: skip
        self.phones = Sheet(LeadPhone, "lead_id", "number", "is_primary")
        self.emails = Sheet(LeadEmail, "lead_id", "address", "is_primary")
        self.verifications = Sheet(Verification, "lead_id", "phone", "phone_at", "email", "email_at", "by_id")
        self.lpmama = Sheet(Lpmama, "lead_id", "updated_at", *ANSWERS)
        self.places = Sheet(Lpmama.areas.through, "lpmama_id", "area_id")
        self.notes = Sheet(PersonNote, "lead_id", "author_id", "text", "created_at")
        self.recordings = Sheet(Recording, "lead_id", "kind", "url", "said_by_id", "created_at", "arrived_at")
        self.stages = Sheet(StageChange, "id", "lead_id", "was", "to", "actor_id", "via", "at", "data")

    def _lay_out_handoffs(self) -> None:
        self.appointments = Sheet(
            Appointment, "id", "team_id", "lead_id", "agent_id", "person_id", "setter_id", "starts_at", "ends_at",
            "during", "status", "how", "place", "uid", "sequence", "cancel_reason", "client_answer",
            "client_answered_at", "created_at",
        )  # fmt: skip
        self.handoffs = Sheet(
            Handoff, "id", "team_id", "lead_id", "method", "status", "setter_id", "agent_id", "appointment_id",
            "stage_change_id", "facts", "source", "area", "is_hot", "advised", "advice", "revision", "opened_at",
            "closed_at", "close_reason", "outcome_due_at", "outcome_overdue_at", "credit",
        )  # fmt: skip
        self.owners = Sheet(
            OwnerChange, "key", "about", "due_at", "state", "fence", "attempts", "answer", "created_at", "started_at",
            "done_at", "responsible_id", "handoff_id", "to_id",
        )  # fmt: skip
        self.collaborators = Sheet(Collaborator, "lead_id", "membership_id", "reason", "created_at")
        self.transfers = Sheet(
            LiveTransfer, "id", "team_id", "lead_id", "setter_id", "status", "agent_id", "person_id", "facts",
            "advised", "advice", "way", "ring_seconds", "ring_all_seconds", "rung", "rung_ends_at", "told_name_at",
            "requested_at", "first_shown_at", "accepted_at", "connected_at", "ended_at", "end_reason", "drop_reason",
            "handoff_id",
        )  # fmt: skip
        self.rings = Sheet(
            Ring, "transfer_id", "agent_id", "rung", "status", "rung_at", "ends_at", "shown_at", "brief_at",
            "answered_at", "answered_by", "pass_reason",
        )  # fmt: skip
        self.events = Sheet(TransferEvent, "transfer_id", "was", "to", "actor_id", "at")
        self.reads = Sheet(BriefRead, "handoff_id", "membership_id", "at")

    def _lay_out_what_came_of_them(self) -> None:
        self.postponements = Sheet(
            Postponement, "handoff_id", "was_at", "starts_at", "by_id", "at", "is_on_time", "via"
        )
        self.outcomes = Sheet(Outcome, "id", "handoff_id", "is_on_time", "stage", *_SAID)
        self.former = Sheet(FormerOutcome, "outcome_id", "why", "replaced_by_id", "replaced_at", *_SAID)
        self.deals = Sheet(Deal, "id", "team_id", "handoff_id", *_TERMS)
        self.deal_steps = Sheet(DealStep, "deal_id", "was", "why", "by_id", "via", "at", *_TERMS)
        self.recoveries = Sheet(
            RecoveryRun, "id", "team_id", "lead_id", "handoff_id", "version", "started_at", "ended_at", "because",
            "rebooked_as_id",
        )  # fmt: skip
        self.recovery_steps = Sheet(
            RecoveryStep, "run_id", "name", "kind", "day", "way", "title", "text", "short", "script", "moves", "due_at",
            "taken_at", "result",
        )  # fmt: skip
        self.story = Sheet(Activity, "lead_id", "kind", "summary", "actor_id", "at", "data")

    def all(self) -> list[Sheet]:
        """Return them in the order in which they are written."""
        return list(vars(self).values())
