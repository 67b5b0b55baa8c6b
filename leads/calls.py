"""Calls made and calls planned."""

from __future__ import annotations

from datetime import datetime

from django.db import transaction

from leads.contacts import NoSuchContact, mark_wrong, primary_phone, wants_number
from leads.models import BeforeCall, Call, Lead, LeadPhone
from leads.models.calls import CallResult
from leads.signals import client_answered
from leads.stages import change_stage
from leads.states import Heard, Stage, Via
from leads.timeline import record
from leads.todo import add_task, team_lead_of
from teams.models import Membership

MOST_COUNTED = 1_000  # unanswered calls; more would mean a program that logs them


@transaction.atomic
def log_call(
    *,
    lead: Lead,
    result: CallResult,
    actor: Membership | None,
    via: Via,
    at: datetime,
    next_call_at: datetime | None = None,
    phone: str = "",
    note: str = "",
) -> Call:
    """Note a call, and when the next one is. The first call of a new lead moves it to Contacting.

    ``phone`` is one of the lead's numbers (E.164), the one to call unless given. A wrong number is marked as such, and
    the next call is now if the lead has another; if not, somebody is asked to find one. Raises NoSuchContact, Refused.
    """
    phone = _number_called(lead, phone, result)
    call = Call(lead=lead, by=actor, result=result, phone=phone, note=note, next_call_at=next_call_at, at=at)
    if result == CallResult.WRONG_NUMBER:
        call.next_call_at = at if mark_wrong(lead=lead, phone=phone, actor=actor, at=at) else None
    call.save(force_insert=True)
    BeforeCall.objects.create(call=call, unanswered_calls=lead.unanswered_calls, next_call_at=lead.next_call_at)
    record(lead=lead, kind="call", summary=_words(call), actor=actor, at=at, data={"call": call.pk, "result": result})
    if lead.stage == Stage.NEW:
        change_stage(lead=lead, to=Stage.CONTACTING, actor=actor, via=via, at=at)
    lead.unanswered_calls = 0 if result == CallResult.ANSWERED else min(lead.unanswered_calls + 1, MOST_COUNTED)
    lead.next_call_at = call.next_call_at
    lead.save(update_fields=["next_call_at", "unanswered_calls", "updated_at"])
    if result == CallResult.ANSWERED:
        client_answered.send(sender=Lead, lead=lead, how=Heard.CALL, at=at)
    if result == CallResult.WRONG_NUMBER and call.next_call_at is None:
        _ask_for_number(call)
    return call


def _number_called(lead: Lead, phone: str, result: CallResult) -> str:
    if phone:
        if not LeadPhone.objects.filter(lead=lead, number=phone).exists():
            raise NoSuchContact("This number is no longer on the lead.")
        return phone
    phone = primary_phone(lead)
    if not phone and result == CallResult.WRONG_NUMBER:
        raise NoSuchContact("The lead has no number that could be wrong.")
    return phone


def _words(call: Call) -> str:
    to = f" {call.phone}" if call.phone else ""
    note = f". {call.note}" if call.note else ""
    return f"Called{to}: {CallResult(call.result).label.lower()}{note}"


def _ask_for_number(call: Call) -> None:
    assignee = call.lead.isa or call.by or team_lead_of(call.lead.team_id)
    if assignee is None:
        return
    add_task(
        key=f"{wants_number(call.lead)}{call.pk}",
        assignee=assignee,
        lead=call.lead,
        title=f"Find a number for {call.lead.name}",
        detail=f"{call.phone} belongs to somebody else, and there is no other. Ask by email, or move the lead to Lost.",
        kind="number",
        link=f"{call.lead.get_absolute_url()}#contact",
        at=call.at,
        due_at=call.at,
    )
