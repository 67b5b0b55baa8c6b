"""What happens to a client who is being brought back: they answer, opt out, are moved, book again."""

from __future__ import annotations

from datetime import timedelta

from handoff.amending import correct_outcome
from handoff.recovery.stopping import stop_by_hand
from handoff.tests.factories import open_handoff
from handoff.tests.recovery.missed import (
    REPORTED,
)
from leads.calls import log_call
from leads.models import Activity, Lead
from leads.models.calls import CallResult
from leads.signals import client_answered, opted_out
from leads.stages import change_stage
from leads.states import Via

LATER = REPORTED + timedelta(hours=2)
REBOOKED_FOR = REPORTED + timedelta(days=2, hours=1)


def fresh(handoff):
    return Lead.objects.select_related("team", "isa__user").get(pk=handoff.lead_id)


def last_words(handoff):
    return Activity.objects.filter(lead=handoff.lead, kind="recovery").order_by("-pk")[0].summary


def answer_by_phone(handoff):
    log_call(lead=fresh(handoff), result=CallResult.ANSWERED, actor=handoff.setter, via=Via.PAGE, at=LATER)


def answer_by(how):
    def answer(handoff):
        client_answered.send(sender=Lead, lead=fresh(handoff), how=how, at=LATER)

    return answer


def opt_out(handoff):
    opted_out.send(sender=Lead, lead=fresh(handoff), at=LATER)


def move_to(stage):
    def move(handoff):
        change_stage(lead=fresh(handoff), to=stage, actor=handoff.setter, via=Via.PAGE, at=LATER)

    return move


def book_again(handoff):
    open_handoff(fresh(handoff), to=handoff.agent, starts_at=REBOOKED_FOR, at=LATER)


def stop(handoff):
    stop_by_hand(handoff=handoff, reason="Their mother is ill", actor=handoff.setter, at=LATER)


def correct(handoff, *, at=LATER, **answers):
    said = {"showed": "yes", "is_good": True} | answers
    correct_outcome(handoff=handoff, why="Wrong button", actor=handoff.agent, via=Via.PAGE, at=at, **said)
