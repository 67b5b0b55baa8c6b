"""Leads, and what is kept of them."""

from __future__ import annotations

from config.tests.access.things.corners import AGENT_AND_LEADS, LEADS_ALONE, NONE, TEAM, Corner, thing
from handoff.tests.factories import ready
from leads.calls import log_call
from leads.homes import save_home
from leads.household import add_decision_maker
from leads.importing.conducting import take_in
from leads.models import DripSequence, DripStep, Enrolment
from leads.models.calls import CallResult
from leads.notes import add_note
from leads.states import Via
from leads.tags import add_tag
from leads.tests.factories import NOW
from leads.todo import add_task
from teams.models import (
    Role,
)


@thing("lead")
def _lead(where: Corner) -> int:
    return where.lead.pk


@thing("ready lead", reach={Role.ISA: TEAM, Role.AGENT: NONE, Role.LEAD: TEAM})
def _ready_lead(where: Corner) -> int:
    return ready(where.team, isa=where.isa).pk


@thing("note")
def _note(where: Corner) -> int:
    return add_note(lead=where.lead, text="Prefers texts", author=where.agent, at=NOW).pk


@thing("decision maker")
def _decision_maker(where: Corner) -> int:
    details = {"name": "Sam Invented", "email": f"sam{where.lead.pk}@example.com", "phone": ""}
    return add_decision_maker(lead=where.lead, **details, actor=where.isa, at=NOW).pk


@thing("drip", reach=LEADS_ALONE)
def _drip(where: Corner) -> int:
    return DripSequence.objects.create(team=where.team, name=f"Drip {where.lead.pk}", is_on=True, created_at=NOW).pk


@thing("drip mail", reach=LEADS_ALONE)
def _drip_mail(where: Corner) -> int:
    return DripStep.objects.create(sequence_id=where.name("drip"), after_days=1, hour=9, subject="Hello", text="Hi").pk


@thing("enrolment", reach={Role.ISA: TEAM, Role.AGENT: NONE, Role.LEAD: TEAM})
def _enrolment(where: Corner) -> int:
    return Enrolment.objects.create(sequence_id=where.name("drip"), lead=where.lead, started_at=NOW).pk


@thing("task", reach=AGENT_AND_LEADS)
def _task(where: Corner) -> int:
    key = f"test/{where.lead.pk}"
    return add_task(key=key, assignee=where.agent, title="Call", kind="call", at=NOW, due_at=NOW, lead=where.lead).pk


@thing("call", reach=AGENT_AND_LEADS)
def _call(where: Corner) -> int:
    return log_call(lead=where.lead, result=CallResult.NO_ANSWER, actor=where.agent, via=Via.PAGE, at=NOW).pk


@thing("tag", missing="nowhere")
def _tag(where: Corner) -> str:
    return add_tag(lead=where.lead, name="warm", actor=where.isa, via=Via.TAG, at=NOW).name


@thing("import", reach=LEADS_ALONE)
def _import(where: Corner) -> int:
    return take_in(by=where.isa, file_name="leads.csv", pieces=[b"Name,Phone\nDana,5125550123\n"], at=NOW).pk


@thing("home")
def _home(where: Corner) -> int:
    return save_home(lead=where.lead, said={"address": "12 Invented Street"}, actor=where.agent, at=NOW).pk


@thing("other lead")
def _other_lead(where: Corner) -> int:
    return ready(where.team, isa=where.isa).pk
