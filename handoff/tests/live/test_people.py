"""Live transfers of people who leave the team, or become something else in it."""

from __future__ import annotations

import pytest

from handoff.errors import RingOver
from handoff.live.answering import accept, brief_mark
from handoff.models.transfers import AnsweredBy
from handoff.states import RingStatus, TransferStatus
from handoff.tests.factories import NOW, ready
from handoff.tests.live.ground import SECOND, accepted, on_call, ring_of, ringing
from teams.leaving import Leaving, deactivate, preview
from teams.models import Membership, Role
from teams.people import RoleInUse, change_role
from teams.presence import presence_of
from teams.tests import factories as people

pytestmark = pytest.mark.django_db
LATER = NOW + 10 * SECOND


@pytest.fixture
def lead():
    return ready()


@pytest.fixture
def boss(lead):
    return people.lead(lead.team)


def would_move(member: Membership, to: Membership) -> list[tuple[str, list[str]]]:
    return [(plan.what, list(plan.cases)) for plan in preview(Leaving(member, to, to, LATER))]


def leave(member: Membership, to: Membership) -> None:
    deactivate(member=member, successor=to, actor=to, at=LATER)


def test_the_page_of_leaving_tells_of_the_ring_and_of_the_transfer(lead, boss):
    ana = on_call(lead)
    transfer = ringing(lead)
    assert ("ring", []) in would_move(ana, boss)
    assert ("live transfer under way", [lead.name]) in would_move(lead.isa, boss)

    accepted(transfer, ana)
    assert ("live transfer under way", [lead.name]) in would_move(ana, boss)


def test_an_agent_who_leaves_while_they_are_rung_lets_the_next_one_ring(lead, boss):
    ana, ben = on_call(lead), on_call(lead)
    transfer = ringing(lead)
    first = transfer.rings.get().agent

    leave(first, boss)

    assert presence_of(first, at=LATER) is None
    assert ring_of(transfer, first).status == RingStatus.CALLED_OFF
    assert ring_of(transfer, ben if first == ana else ana).status == RingStatus.RINGING


def test_an_agent_who_leaves_holds_no_client(lead, boss):
    ana = on_call(lead)
    transfer = accepted(ringing(lead), ana)

    leave(ana, boss)

    transfer.refresh_from_db()
    assert (transfer.status, transfer.drop_reason) == (TransferStatus.DROPPED, "agent_gone")
    assert transfer.end_reason == f"{ana.user} has left the team"


def test_what_an_isa_who_leaves_has_asked_for_rings_no_more(lead, boss):
    ana = on_call(lead)
    transfer = ringing(lead)

    leave(lead.isa, boss)

    transfer.refresh_from_db()
    assert (transfer.status, transfer.end_reason) == (TransferStatus.CANCELLED, f"{lead.isa.user} has left the team")
    assert ring_of(transfer, ana).status == RingStatus.CALLED_OFF


def test_who_has_a_client_on_the_phone_keeps_their_role(lead, boss):
    ana = on_call(lead)
    accepted(ringing(lead), ana)

    for member, role in ((ana, Role.ISA), (lead.isa, Role.AGENT)):
        with pytest.raises(RoleInUse, match="in a live transfer"):
            change_role(membership=member, role=role, actor=boss, at=LATER)


def test_who_is_no_agent_any_more_is_rung_no_more(lead, boss):
    ana = on_call(lead)
    transfer = ringing(lead)

    change_role(membership=ana, role=Role.ISA, actor=boss, at=LATER)

    assert presence_of(ana, at=LATER) is None
    with pytest.raises(RingOver):
        accept(ring=ring_of(transfer, ana), brief=brief_mark(transfer), by=AnsweredBy.LINK, at=LATER)
