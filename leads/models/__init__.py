"""Leads, what is known of them, and what is to be done."""

from leads.models.calls import BeforeCall, Call
from leads.models.contacts import LeadEmail, LeadPhone, Verification
from leads.models.drips import DripMail, DripSequence, DripStep, Enrolment
from leads.models.homes import SavedHome
from leads.models.household import DecisionMaker
from leads.models.imports import ImportKey, ImportMapping, ImportPiece, ImportRow, ImportStep, LeadImport
from leads.models.leads import Collaborator, Lead, LeadTag, PersonNote
from leads.models.lpmama import Lpmama
from leads.models.recordings import Recording
from leads.models.stage_changes import StageChange
from leads.models.tasks import Task
from leads.models.timeline import Activity

__all__ = [
    "Activity",
    "BeforeCall",
    "Call",
    "Collaborator",
    "DecisionMaker",
    "DripMail",
    "DripSequence",
    "DripStep",
    "Enrolment",
    "ImportKey",
    "ImportMapping",
    "ImportPiece",
    "ImportRow",
    "ImportStep",
    "Lead",
    "LeadEmail",
    "LeadImport",
    "LeadPhone",
    "LeadTag",
    "Lpmama",
    "PersonNote",
    "Recording",
    "SavedHome",
    "StageChange",
    "Task",
    "Verification",
]
