from itertools import product

import pytest

from leads.models import Activity, StageChange
from leads.signals import stage_changed
from leads.stages import IllegalMove, change_stage
from leads.states import MOVES, Stage, Via
from leads.tests.factories import NOW, LeadFactory

pytestmark = pytest.mark.django_db

LEGAL = [(was, to) for was, to in product(Stage, Stage) if to in MOVES[was]]
ILLEGAL = [(was, to) for was, to in product(Stage, Stage) if to not in MOVES[was]]
EARLY = (Stage.NEW, Stage.CONTACTING, Stage.NURTURE, Stage.QUALIFIED)


class Refused(Exception):
    pass


@pytest.fixture
def lead():
    return LeadFactory.create()


@pytest.fixture
def quiet_room():
    """The moves themselves, without the rooms above that listen: their own tests say what they do."""
    receivers, stage_changed.receivers = stage_changed.receivers, []
    stage_changed.sender_receivers_cache.clear()
    yield
    stage_changed.receivers = receivers
    stage_changed.sender_receivers_cache.clear()


def listen(receiver):
    stage_changed.connect(receiver, weak=False, dispatch_uid="test")


@pytest.mark.parametrize(("was", "to"), LEGAL)
def test_a_legal_move_is_made_and_kept(quiet_room, was, to):
    lead = LeadFactory.create(stage=was)

    change = change_stage(lead=lead, to=to, actor=lead.isa, via=Via.PAGE, at=NOW, data={"agent": 7})

    lead.refresh_from_db()
    assert (lead.stage, lead.stage_at) == (to, NOW)
    assert (change.was, change.to, change.data) == (was, to, {"agent": 7})
    assert Activity.objects.filter(lead=lead, kind="stage").get().data == {"was": was, "to": to, "via": "page"}


@pytest.mark.parametrize(("was", "to"), ILLEGAL)
def test_an_illegal_move_is_refused_and_leaves_no_trace(quiet_room, was, to):
    lead = LeadFactory.create(stage=was)

    with pytest.raises(IllegalMove, match=f"from {was.label} to {to.label}"):
        change_stage(lead=lead, to=to, actor=lead.isa, via=Via.PAGE, at=NOW)

    lead.refresh_from_db()
    assert lead.stage == was
    assert not StageChange.objects.exists()


def test_every_stage_has_a_row_in_the_table():
    assert set(MOVES) == set(Stage)


@pytest.mark.parametrize("stage", EARLY)
def test_an_early_lead_can_be_handed_off_directly(stage):
    assert {Stage.APPOINTMENT_SET, Stage.HANDED_OFF} <= MOVES[stage]


def test_a_closed_lead_goes_nowhere_but_back_to_its_contract_when_that_was_a_mistake():
    assert MOVES[Stage.CLOSED] == {Stage.UNDER_CONTRACT}


def test_whoever_listens_may_refuse(quiet_room, lead):
    def refuse(**_):
        raise Refused

    listen(refuse)

    with pytest.raises(Refused):
        change_stage(lead=lead, to=Stage.QUALIFIED, actor=lead.isa, via=Via.PAGE, at=NOW)

    assert lead.stage == Stage.NEW, "the object in hand must not pretend that the move was made"
    lead.refresh_from_db()
    assert lead.stage == Stage.NEW
    assert not StageChange.objects.exists()
    assert not Activity.objects.filter(kind="stage").exists()


def test_listeners_hear_the_change_with_the_lead_already_moved(quiet_room, lead):
    heard = []

    def hear(*, change, **_):
        heard.append((change.lead.stage, change.was, change.to))

    listen(hear)

    change_stage(lead=lead, to=Stage.QUALIFIED, actor=lead.isa, via=Via.API, at=NOW)

    assert heard == [(Stage.QUALIFIED, Stage.NEW, Stage.QUALIFIED)]


def test_a_move_is_judged_by_where_the_lead_is_now_not_by_what_the_page_showed(quiet_room, lead):
    stale = type(lead).objects.get(pk=lead.pk)
    change_stage(lead=lead, to=Stage.LOST, actor=lead.isa, via=Via.PAGE, at=NOW)

    with pytest.raises(IllegalMove, match="from Lost to Lost"):
        change_stage(lead=stale, to=Stage.LOST, actor=lead.isa, via=Via.PAGE, at=NOW)
