"""Appointments, handoffs, and how they ended."""

from handoff.models.agenda import AgendaLink
from handoff.models.aims import ColdTally, Goal, Spending
from handoff.models.appointments import Appointment
from handoff.models.busy import BusyFeed, BusySpan, FeedReading
from handoff.models.coaching import CoachingCard
from handoff.models.cover import CoverRequest
from handoff.models.deals import Deal, DealStep
from handoff.models.gate import GateOverride
from handoff.models.handoffs import Handoff, OwnerChange, RoutingDecision
from handoff.models.numbers import (
    Changed,
    ChangedTransfer,
    Counted,
    CountedRing,
    Current,
    InviteTally,
    PaceTally,
    RingTally,
    Tally,
)
from handoff.models.outcomes import BriefRead, FormerOutcome, Outcome, Postponement
from handoff.models.overpromises import PromiseAcknowledged
from handoff.models.pay import Dispute, Entry, PlanVersion, Statement
from handoff.models.recovery import PlayVersion, RecoveryClosing, RecoveryRun, RecoveryStep
from handoff.models.scripts import ScriptVersion
from handoff.models.transfers import LiveTransfer, Ring, TransferEvent

__all__ = [
    "AgendaLink",
    "Appointment",
    "BriefRead",
    "BusyFeed",
    "BusySpan",
    "Changed",
    "ChangedTransfer",
    "CoachingCard",
    "ColdTally",
    "Counted",
    "CountedRing",
    "CoverRequest",
    "Current",
    "Deal",
    "DealStep",
    "Dispute",
    "Entry",
    "FeedReading",
    "FormerOutcome",
    "GateOverride",
    "Goal",
    "Handoff",
    "InviteTally",
    "LiveTransfer",
    "Outcome",
    "OwnerChange",
    "PaceTally",
    "PlanVersion",
    "PlayVersion",
    "Postponement",
    "PromiseAcknowledged",
    "RecoveryClosing",
    "RecoveryRun",
    "RecoveryStep",
    "Ring",
    "RingTally",
    "RoutingDecision",
    "ScriptVersion",
    "Spending",
    "Statement",
    "Tally",
    "TransferEvent",
]
