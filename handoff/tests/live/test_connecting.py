"""From accepted to connected, and that nothing blind gets there."""

from __future__ import annotations

import pytest
from django.db import IntegrityError, transaction

from handoff.booking import hand_off_now
from handoff.errors import BlindTransfer, BriefUnseen, NotYourTransfer, RingOver, TransferUnderWay
from handoff.live.answering import accept, brief_mark, pass_on
from handoff.live.connecting import cancel, connect, drop
from handoff.models import Handoff, LiveTransfer, Ring
from handoff.models.transfers import AnsweredBy
from handoff.states import HandoffStatus, Method, RingStatus, TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing, told
from leads.answers import save_answers
from leads.models import Lead
from leads.stages import change_stage
from leads.states import Stage, Via
from notifications.models import Delivery
from notifications.promises.timers import fire_due
from teams.leaving import deactivate
from teams.models import Membership, Policy
from teams.models.transfers import RingWay
from teams.tests import factories as people

pytestmark = pytest.mark.django_db
LATER = NOW + 30 * SECOND


def taken(lead: Lead, agent: Membership) -> LiveTransfer:
    return accepted(ringing(lead), agent)


@pytest.fixture
def lead():
    return ready()


def test_connected_hands_the_lead_off_with_the_brief_that_was_accepted(lead):
    ana = on_call(lead, user__name="Ana")
    transfer = accepted(ringing(lead), ana)
    save_answers(lead=lead, changes={"price_max": 999_000}, actor=lead.isa, at=LATER)

    handoff = connect(transfer=told(transfer), actor=lead.isa, via=Via.PAGE, at=LATER)

    transfer.refresh_from_db()
    lead.refresh_from_db()
    assert transfer.status == TransferStatus.CONNECTED
    assert (handoff.method, handoff.status, handoff.agent) == (Method.LIVE, HandoffStatus.OPEN, ana)
    assert handoff.setter == lead.isa
    assert handoff.is_hot
    assert handoff.facts["answers"] == transfer.facts["answers"]
    assert handoff.facts["agent"]["name"] == "Ana"
    assert lead.stage == Stage.HANDED_OFF
    assert handoff.opened_at == LATER
    assert (handoff.outcome_due_at - LATER).total_seconds() == 24 * 3600
    assert Delivery.objects.filter(about=handoff.about, recipient=ana, kind="handoff_opened").exists()


def test_the_agent_may_press_connected_too_and_a_second_press_gets_the_same_handoff(lead):
    ana = on_call(lead)
    transfer = told(accepted(ringing(lead), ana))

    first = connect(transfer=transfer, actor=ana, via=Via.PAGE, at=LATER)

    assert connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=LATER) == first


class TestBlind:
    def test_nothing_connects_before_it_is_accepted(self, lead):
        on_call(lead)
        with pytest.raises(BlindTransfer, match="Nobody has accepted"):
            connect(transfer=ringing(lead), actor=lead.isa, via=Via.PAGE, at=LATER)

    def test_nothing_connects_before_the_client_was_told_the_name(self, lead):
        transfer = taken(lead, on_call(lead, user__name="Ana"))
        with pytest.raises(BlindTransfer, match="Ana"):
            connect(transfer=transfer, actor=lead.isa, via=Via.PAGE, at=LATER)
        assert not Handoff.objects.exists()

    def test_another_agent_cannot_connect_it(self, lead):
        transfer = told(taken(lead, on_call(lead)))
        with pytest.raises(NotYourTransfer, match="not you"):
            connect(transfer=transfer, actor=people.agent(lead.team), via=Via.PAGE, at=LATER)

    def test_no_other_door_to_the_stage_connects_it(self, lead):
        transfer = taken(lead, on_call(lead))
        asked = {"transfer": transfer.pk, "agent": transfer.agent_id}
        with pytest.raises(BlindTransfer):
            change_stage(lead=lead, to=Stage.HANDED_OFF, actor=lead.isa, via=Via.API, at=LATER, data=asked)
        lead.refresh_from_db()
        assert lead.stage != Stage.HANDED_OFF

    def test_somebody_elses_transfer_opens_no_door(self, lead):
        other: Lead = ready(lead.team)
        transfer = told(taken(other, on_call(lead)))
        with pytest.raises(BlindTransfer):
            change_stage(
                lead=lead,
                to=Stage.HANDED_OFF,
                actor=lead.isa,
                via=Via.API,
                at=LATER,
                data={"transfer": transfer.pk},
            )

    def test_the_database_holds_it_too(self, lead):
        transfer = taken(lead, on_call(lead))
        with pytest.raises(IntegrityError, match="no_blind_transfer"), transaction.atomic():
            LiveTransfer.objects.filter(pk=transfer.pk).update(status=TransferStatus.CONNECTED)

    def test_accepting_takes_the_brief(self, lead):
        ana = on_call(lead)
        ring = ring_of(ringing(lead), ana)
        with pytest.raises(BriefUnseen):
            accept(ring=ring, brief="", by=AnsweredBy.LINK, at=NOW)
        ring.refresh_from_db()
        assert ring.status == RingStatus.RINGING


class TestTooLate:
    def test_the_second_one_is_told_who_took_it(self, lead):
        Policy.objects.filter(team=lead.team).update(ring_way=RingWay.ALL)
        lead.team.policy.refresh_from_db()
        ana, ben = on_call(lead, user__name="Ana"), on_call(lead, user__name="Ben")
        transfer = ringing(lead)
        accepted(transfer, ana)

        with pytest.raises(RingOver, match="Ana has just taken it"):
            accepted(transfer, ben)
        assert ring_of(transfer, ben).status == RingStatus.TAKEN

    def test_a_ring_that_is_over_cannot_be_accepted(self, lead):
        ana = on_call(lead, user__name="Ana")
        on_call(lead)
        transfer = ringing(lead)
        fire_due(at=NOW + 20 * SECOND)
        ring = Ring.objects.get(transfer=transfer, agent=ana)

        with pytest.raises(RingOver, match="next agent"):
            accept(ring=ring, brief=brief_mark(transfer), by=AnsweredBy.CONSOLE, at=NOW + 21 * SECOND)
        transfer.refresh_from_db()
        assert transfer.status == TransferStatus.RINGING

    def test_what_has_rung_out_cannot_be_accepted_or_passed(self, lead):
        ana = on_call(lead)
        transfer = ringing(lead)
        fire_due(at=NOW + 20 * SECOND)
        fire_due(at=NOW + 50 * SECOND)

        for ring in transfer.rings.select_related("agent__user"):
            with pytest.raises(RingOver, match="rang out before anybody took it"):
                accept(ring=ring, brief=brief_mark(transfer), by=AnsweredBy.LINK, at=NOW + 51 * SECOND)
            with pytest.raises(RingOver, match="rang out before anybody took it"):
                pass_on(ring=ring, by=AnsweredBy.SLACK, at=NOW + 51 * SECOND)
        assert {ring.status for ring in ana.rings.all()} == {RingStatus.MISSED}

    def test_what_was_called_off_cannot_be_accepted_or_passed(self, lead):
        ana = on_call(lead)
        transfer = ringing(lead)
        cancel(transfer=transfer, actor=lead.isa, at=NOW + SECOND)

        with pytest.raises(RingOver, match="called off"):
            accepted(transfer, ana)
        with pytest.raises(RingOver, match="called off"):
            pass_on(ring=ring_of(transfer, ana), reason="busy", by=AnsweredBy.CONSOLE, at=NOW + 2 * SECOND)

    def test_one_person_takes_one_client_at_a_time(self, lead):
        Policy.objects.filter(team=lead.team).update(ring_way=RingWay.ALL)
        lead.team.policy.refresh_from_db()
        ana = on_call(lead)
        first, second = ringing(lead), ringing(ready(lead.team))
        accepted(first, ana)

        with pytest.raises(RingOver, match="another transfer"):
            accepted(second, ana)
        second.refresh_from_db()
        assert second.status == TransferStatus.RINGING


def test_dropped_leaves_the_lead_where_it_was_and_lets_the_agent_go(lead):
    ana = on_call(lead)
    transfer = accepted(ringing(lead), ana)

    drop(transfer=transfer, actor=lead.isa, reason="client_gone", at=LATER)

    lead.refresh_from_db()
    assert lead.stage == Stage.QUALIFIED
    assert accepted(ringing(ready(lead.team), at=LATER), ana, at=LATER + SECOND).agent == ana


def test_an_agent_who_was_rung_and_did_not_accept_ends_nothing(lead):
    ana, ben = on_call(lead), on_call(lead)
    transfer = ringing(lead)
    with pytest.raises(NotYourTransfer):
        cancel(transfer=transfer, actor=ana, at=LATER)
    transfer = accepted(transfer, transfer.rings.get().agent)
    other = ben if transfer.agent == ana else ana

    with pytest.raises(NotYourTransfer):
        drop(transfer=transfer, actor=other, reason="line", at=LATER)

    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.ACCEPTED


def test_an_accepted_transfer_that_nobody_ends_lets_its_agent_go(lead):
    transfer = taken(lead, on_call(lead))

    fire_due(at=NOW + 40 * 60 * SECOND)

    transfer.refresh_from_db()
    assert (transfer.status, transfer.drop_reason) == (TransferStatus.DROPPED, "nobody_said")


def test_a_handoff_by_another_door_stops_the_ringing(lead):
    ana = on_call(lead)
    transfer = ringing(lead)

    hand_off_now(lead=lead, agent=ana, setter=lead.isa, via=Via.PAGE, at=LATER)

    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.CANCELLED


def test_an_agent_who_has_accepted_is_not_passed_over(lead):
    transfer = taken(lead, on_call(lead))

    with pytest.raises(TransferUnderWay):
        hand_off_now(lead=lead, agent=people.agent(lead.team), setter=lead.isa, via=Via.PAGE, at=LATER)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.ACCEPTED


def test_who_left_a_second_ago_accepts_nothing(lead):
    boss, ana = people.lead(lead.team), on_call(lead, user__name="Ana")
    on_call(lead, user__name="Ben")
    transfer = ringing(lead)
    deactivate(member=ana, successor=boss, actor=boss, at=NOW + SECOND)

    with pytest.raises(RingOver, match="Your ring has ended"):
        accepted(transfer, ana)
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.RINGING
