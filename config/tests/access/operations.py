"""The access map of the API: every operation, the scope it takes, who may, and what it names.

``PATCH /appointments/{id}`` stands twice: a time may be set by the agent too, another agent only by who qualifies
leads.
"""

from __future__ import annotations

from datetime import timedelta

from config.tests.access.rows import AGENT, EVERYONE, ISA, LEAD, WORKERS, Operation
from handoff.tests.factories import SLOT
from teams.models import Scope

READ, LEADS, HANDOFFS = Scope.READ, Scope.LEADS, Scope.HANDOFFS
_OTHER = {"agent": "another agent"}
_WHEN = (SLOT + timedelta(hours=4)).isoformat()
_LEAD, _HANDOFF = {"lead_id": "lead"}, {"handoff_id": "handoff"}
_APPOINTMENT, _BECAUSE = {"appointment_id": "appointment"}, {"reason": "Because"}
_CARD = {"card_id": "coaching card"}
_SIGNED = {"to": "signed", "on": f"{SLOT:%Y-%m-%d}"}
_CORRECTED = {"showed": False, "why": "Pressed the wrong one"}
_SOMEBODY = {"name": "Pat Invented", "email": "pat@example.com"}
_PERSON = {"lead_id": "lead", "person_id": "decision maker"}
_TRANSFER, _TAKEN = {"transfer_id": "transfer"}, {"transfer_id": "accepted transfer"}
_ENROLMENT = {"lead_id": "lead", "enrolment_id": "enrolment"}

OPERATIONS = [
    Operation("GET", "/me", READ, EVERYONE),
    Operation("GET", "/me/presence", READ, EVERYONE),
    Operation("PUT", "/me/presence", HANDOFFS, AGENT, body={"minutes": 30}),
    Operation("DELETE", "/me/presence", HANDOFFS, AGENT),
    Operation("GET", "/agents", READ, EVERYONE),
    Operation("GET", "/areas", READ, EVERYONE),
    Operation("GET", "/leads", READ, EVERYONE),
    Operation("POST", "/leads", LEADS, WORKERS, body={"first_name": "Dana", "phone": "+15125550123"}),
    Operation("GET", "/leads/{lead_id}", READ, EVERYONE, _LEAD),
    Operation("PATCH", "/leads/{lead_id}", LEADS, WORKERS, _LEAD, {"source": "Portal"}),
    Operation("GET", "/leads/{lead_id}/lpmama", READ, EVERYONE, _LEAD),
    Operation("PUT", "/leads/{lead_id}/lpmama", LEADS, WORKERS, _LEAD, {"side": "buy"}),
    Operation("PATCH", "/leads/{lead_id}/lpmama", LEADS, WORKERS, _LEAD, {"side": "buy"}, {"areas": "area"}),
    Operation("GET", "/leads/{lead_id}/recordings", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/recordings", LEADS, WORKERS, _LEAD, {"kind": "to_follow"}),
    Operation("GET", "/leads/{lead_id}/verification", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/verification", LEADS, WORKERS, _LEAD, {"has_no_email": True}),
    Operation("GET", "/leads/{lead_id}/tags", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/tags", LEADS, WORKERS, _LEAD, {"name": "warm"}),
    Operation("DELETE", "/leads/{lead_id}/tags/{name}", LEADS, WORKERS, {"lead_id": "lead", "name": "tag"}),
    Operation("POST", "/leads/{lead_id}/stage", LEADS, EVERYONE, _LEAD, {"stage": "nurture"}),
    Operation("GET", "/leads/{lead_id}/readiness", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/promises", LEADS, WORKERS, _LEAD, {"mark": "0" * 64, **_BECAUSE}),
    Operation("GET", "/leads/{lead_id}/activity", READ, EVERYONE, _LEAD),
    Operation("GET", "/stages", READ, EVERYONE),
    Operation("GET", "/leads/{lead_id}/calls", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/calls", LEADS, EVERYONE, _LEAD, {"result": "answered"}),
    Operation("GET", "/leads/{lead_id}/decision-makers", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/decision-makers", LEADS, EVERYONE, _LEAD, _SOMEBODY),
    Operation("DELETE", "/leads/{lead_id}/decision-makers/{person_id}", LEADS, EVERYONE, _PERSON),
    Operation("GET", "/drips", READ, EVERYONE),
    Operation("GET", "/leads/{lead_id}/drips", READ, EVERYONE, _LEAD),
    Operation("POST", "/leads/{lead_id}/drips", LEADS, WORKERS, _LEAD, {}, {"drip": "drip"}),
    Operation("POST", "/leads/{lead_id}/drips/{enrolment_id}/stop", LEADS, WORKERS, _ENROLMENT),
    Operation("GET", "/slots", READ, EVERYONE, query={"lead": "lead"}),
    Operation("GET", "/handoffs", READ, EVERYONE),
    Operation("POST", "/handoffs", HANDOFFS, WORKERS, body={"starts_at": _WHEN}, keys={"lead": "ready lead"}),
    Operation("GET", "/handoffs/{handoff_id}", READ, EVERYONE, _HANDOFF),
    Operation("GET", "/handoffs/{handoff_id}/routing", READ, LEAD, _HANDOFF),
    Operation("POST", "/handoffs/{handoff_id}/appointment", HANDOFFS, EVERYONE, _HANDOFF, {"starts_at": _WHEN}),
    Operation("POST", "/handoffs/{handoff_id}/reassign", HANDOFFS, WORKERS, _HANDOFF, {}, _OTHER),
    Operation("POST", "/handoffs/{handoff_id}/take-back", HANDOFFS, WORKERS, _HANDOFF, _BECAUSE),
    Operation("GET", "/deals", READ, EVERYONE),
    Operation("GET", "/numbers", READ, EVERYONE),
    Operation("GET", "/pay/statements", READ, EVERYONE),
    Operation(
        "GET", "/pay/statements/{isa_id}/{month}", READ, EVERYONE, {"isa_id": "paid ISA", "month": "month of pay"}
    ),
    Operation("GET", "/handoffs/{handoff_id}/deal", READ, EVERYONE, {"handoff_id": "handoff with a deal"}),
    Operation("POST", "/handoffs/{handoff_id}/deal", HANDOFFS, AGENT | LEAD, _HANDOFF, _SIGNED),
    Operation("POST", "/handoffs/{handoff_id}/outcome", HANDOFFS, AGENT | LEAD, _HANDOFF, {"showed": False}),
    Operation("POST", "/handoffs/{handoff_id}/outcome/correct", HANDOFFS, AGENT | LEAD, _HANDOFF, _CORRECTED),
    Operation("POST", "/handoffs/{handoff_id}/recovery/stop", HANDOFFS, WORKERS, _HANDOFF, _BECAUSE),
    Operation("POST", "/receipts/{receipt_id}/retry", HANDOFFS, EVERYONE, {"receipt_id": "receipt"}, {}),
    Operation("GET", "/receipts/{receipt_id}", READ, EVERYONE, {"receipt_id": "receipt"}),
    Operation("POST", "/receipts/{receipt_id}/send-again", HANDOFFS, EVERYONE, {"receipt_id": "receipt"}, {}),
    Operation("GET", "/appointments/{appointment_id}", READ, EVERYONE, _APPOINTMENT),
    Operation("PATCH", "/appointments/{appointment_id}", HANDOFFS, EVERYONE, _APPOINTMENT, {"starts_at": _WHEN}),
    Operation(
        "PATCH", "/appointments/{appointment_id}", HANDOFFS, WORKERS, _APPOINTMENT, {}, {"agent": "another agent"}
    ),
    Operation("POST", "/appointments/{appointment_id}/confirm", HANDOFFS, EVERYONE, _APPOINTMENT, {}),
    Operation("POST", "/appointments/{appointment_id}/cancel", HANDOFFS, EVERYONE, _APPOINTMENT, _BECAUSE),
    Operation("GET", "/live-transfers", READ, EVERYONE),
    Operation("POST", "/live-transfers", HANDOFFS, WORKERS, body={}, keys={"lead": "ready lead"}),
    Operation("GET", "/live-transfers/numbers", READ, EVERYONE),
    Operation("GET", "/live-transfers/{transfer_id}", READ, EVERYONE, _TRANSFER),
    Operation("POST", "/live-transfers/{transfer_id}/accept", HANDOFFS, AGENT, _TRANSFER, {"brief_mark": "0" * 24}),
    Operation("POST", "/live-transfers/{transfer_id}/pass", HANDOFFS, AGENT, _TRANSFER, {"reason": "busy"}),
    Operation("POST", "/live-transfers/{transfer_id}/told-name", HANDOFFS, WORKERS, _TRANSFER, {}, own=ISA),
    Operation("POST", "/live-transfers/{transfer_id}/connect", HANDOFFS, EVERYONE, _TAKEN, {}, own=ISA),
    Operation("POST", "/live-transfers/{transfer_id}/drop", HANDOFFS, EVERYONE, _TAKEN, {"reason": "line"}),
    Operation("POST", "/live-transfers/{transfer_id}/cancel", HANDOFFS, WORKERS, _TRANSFER, {}),
    Operation("GET", "/coaching/cards", READ, WORKERS),
    Operation("GET", "/coaching/cards/{card_id}", READ, WORKERS, _CARD),
    Operation("POST", "/coaching/cards/{card_id}/acknowledge", HANDOFFS, ISA, _CARD),
]
