"""Handoffs, their appointments, transfers and links, cards of coaching, deals and pay."""

from __future__ import annotations

from datetime import date, timedelta

from django.core import signing

from config.tests.access.things.corners import (
    AGENT_ALONE,
    LEADS_ALONE,
    NONE,
    NOWHERE,
    OWN,
    TEAM,
    WHOLE_TEAM,
    Corner,
    thing,
)
from handoff import agenda, links
from handoff.client.links import token_for
from handoff.coaching.states import Focus
from handoff.deals.moving import Said, move_deal
from handoff.forms import slot_value
from handoff.live.links import token_for as token_for_ring
from handoff.live.requesting import request_transfer
from handoff.models import BusyFeed, CoachingCard, Handoff, LiveTransfer, PlanVersion, Ring
from handoff.outcomes import record_outcome
from handoff.pay.disputes import raise_dispute
from handoff.states import DealStatus
from handoff.tests.factories import SLOT, open_handoff, ready
from handoff.tests.live.ground import accepted
from handoff.tests.pay.ground import plan
from leads.recordings import attach_link
from leads.states import Via
from leads.tests.factories import NOW
from teams.models import (
    Presence,
    Role,
)
from teams.presence import go_on_call


@thing("handoff")
def _handoff(where: Corner) -> int:
    return where.handoff.pk


def _rung(where: Corner) -> LiveTransfer:
    """Have the corner's agent rung, and nobody else. Their time on call is over then, the ring is not."""
    go_on_call(member=where.agent, until=NOW + timedelta(hours=8), at=NOW)
    transfer = request_transfer(lead=ready(where.team, isa=where.isa), setter=where.isa, at=NOW)
    Presence.objects.filter(membership=where.agent).update(since=NOW - timedelta(hours=1), until=NOW)
    return transfer


@thing("transfer")
def _transfer(where: Corner) -> int:
    return _rung(where).pk


@thing("accepted transfer")
def _accepted_transfer(where: Corner) -> int:
    return accepted(_rung(where), where.agent, at=NOW).pk


@thing("ring", reach=AGENT_ALONE)
def _ring(where: Corner) -> int:
    return Ring.objects.get(transfer=where.name("transfer")).pk


@thing("accepted ring", reach=AGENT_ALONE)
def _accepted_ring(where: Corner) -> int:
    return Ring.objects.get(transfer=where.name("accepted transfer")).pk


@thing("call of the handoff")
def _call_of_handoff(where: Corner) -> int:
    url = "https://recordings.example.com/of-the-handoff.mp3"
    return attach_link(lead=where.handoff.lead, url=url, actor=where.handoff.setter, at=NOW).pk


@thing("appointment")
def _appointment(where: Corner) -> int:
    assert where.handoff.appointment_id
    return where.handoff.appointment_id


@thing("receipt", missing="delivery-" + "9" * 17)
def _receipt(where: Corner) -> str:
    return f"owner-{where.handoff.owner_changes.get().pk}"


@thing("slot", reach=WHOLE_TEAM, missing=f"{NOWHERE[:17]}@2026-11-24T18:00:00Z")
def _slot(where: Corner) -> str:
    return slot_value(where.agent, SLOT + timedelta(hours=2))


def _as_it_stays(where: Corner) -> Handoff:
    """Return the handoff after the one thing that changes it: a link is for the handoff as it is when it is made."""
    where.name("decision maker")
    where.handoff.refresh_from_db()
    return where.handoff


@thing("outcome link", missing=signing.dumps("forged"))
def _outcome_link(where: Corner) -> str:
    return links.outcome_link(_as_it_stays(where), where.agent).rstrip("/").rsplit("/", 1)[1]


@thing("ring link", missing="forged")
def _ring_link(where: Corner) -> str:
    return token_for_ring(Ring.objects.get(transfer=where.name("transfer")))


@thing("calendar", reach=AGENT_ALONE)
def _calendar(where: Corner) -> int:
    details = {"url": "https://calendar.example.com/x.ics", "url_mark": "x", "host": "calendar.example.com"}
    return BusyFeed.objects.create(person=where.agent.user, **details, created_at=NOW, next_at=NOW).pk


@thing("cover link", missing=signing.dumps("forged"))
def _cover_link(where: Corner) -> str:
    return links.cover_link(_as_it_stays(where), where.agent).rstrip("/").rsplit("/", 1)[1]


def _of_the_isa(where: Corner, focus: Focus) -> int:
    counts = {"flagged": 3, "judged": 10, "wanted": 5, "opened_at": NOW}
    return CoachingCard.objects.create(team=where.team, setter=where.isa, focus=focus, **counts).pk


@thing("coaching card", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: TEAM})
def _coaching_card(where: Corner) -> int:
    return _of_the_isa(where, Focus.PRICE)


@thing("own coaching card", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: NONE})
def _own_coaching_card(where: Corner) -> int:
    return _of_the_isa(where, Focus.MORTGAGE)


@thing("agenda link", missing="forged")
def _agenda_link(where: Corner) -> str:
    return agenda.new_link(membership=where.agent, at=NOW)


@thing("client link", missing="forged")
def _client_link(where: Corner) -> str:
    return token_for(where.handoff)


@thing("handoff with a deal", reach={Role.ISA: OWN, Role.AGENT: OWN, Role.LEAD: TEAM})
def _handoff_with_a_deal(where: Corner) -> int:
    handoff = open_handoff(ready(where.team, isa=where.isa), to=where.agent, starts_at=SLOT + timedelta(hours=2))
    after = SLOT + timedelta(hours=3)
    record_outcome(handoff=handoff, actor=where.agent, via=Via.PAGE, at=after, showed="yes", is_good=True)
    said = Said(DealStatus.SIGNED, on=after.date())
    move_deal(handoff=handoff, said=said, actor=where.agent, via=Via.PAGE, at=after)
    return handoff.pk


@thing("paid ISA", reach={Role.ISA: OWN, Role.AGENT: NONE, Role.LEAD: TEAM})
def _paid_isa(where: Corner) -> int:
    if not PlanVersion.objects.filter(team=where.team).exists():
        plan(where.team, from_month=date(2026, 10, 1))
    return where.isa.pk


@thing("month of pay", reach=WHOLE_TEAM, missing="1990-01")
def _month_of_pay(_: Corner) -> str:
    return "2026-10"


@thing("question about pay", reach=LEADS_ALONE)
def _question_about_pay(where: Corner) -> int:
    where.name("paid ISA")
    said = {"month": date(2026, 10, 1), "entry": None, "note": "There were three"}
    return raise_dispute(isa=where.isa, **said, actor=where.isa, at=NOW).pk
