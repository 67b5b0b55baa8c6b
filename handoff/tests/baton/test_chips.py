"""How far each step is, as the rows of the board sum it up."""

from __future__ import annotations

import re

import pytest
import time_machine

from handoff.baton.board import own_handoffs
from handoff.baton.rows import board
from handoff.brief import read_brief
from handoff.tests.baton.looking import settle
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import signed_in
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def boss():
    return people.lead()


@pytest.fixture
def handoff(boss):
    handoff = open_handoff(ready(boss.team))
    settle(handoff, at=NOW)
    return handoff


def chips(boss) -> dict[str, State]:
    shown = board(own_handoffs(boss), viewer=boss, at=NOW)
    (row,) = [*shown.at_risk, *shown.calm]
    return {chip.word: chip.state for chip in row.chips}


def words_of(page: str) -> str:
    return " ".join(re.sub(r"<[^>]+>", "", page).split())


def test_a_chip_is_the_worst_of_the_steps_to_the_same_people(boss, handoff):
    mails = Delivery.objects.filter(about=handoff.about)
    mails.filter(pk=mails.filter(audience="client").latest("pk").pk).update(state=State.FAILED)
    mails.filter(audience="agent").update(state=State.WAITING, due_at=NOW)

    found = chips(boss)

    assert found["Owner"] == State.DONE
    assert found["Agent"] == State.WAITING
    assert found["Client"] == State.FAILED
    page = words_of(signed_in(boss).get("/baton/").content.decode())
    assert "Owner: done" in page
    assert "Agent: waiting" in page
    assert "Client: failed" in page


def test_a_mail_that_came_back_is_made_good_by_the_next(boss, handoff):
    mail = Delivery.objects.filter(about=handoff.about, audience="client").latest("pk")
    Delivery.objects.filter(pk=mail.pk).update(came_back_at=NOW, why_back="550 no mailbox")
    assert chips(boss)["Client"] == State.FAILED

    mail.pk, mail.key, mail.came_back_at = None, "another", None
    mail.save()
    assert chips(boss)["Client"] == State.DONE


def test_what_the_agent_read_is_said_to_others_and_once(boss, handoff):
    unread = "Has not read the brief"
    assert unread in signed_in(boss).get("/baton/").content.decode()
    assert unread not in signed_in(handoff.agent).get("/baton/").content.decode()
    with time_machine.travel(SLOT, tick=False):
        page = signed_in(boss).get("/baton/").content.decode()
        assert "the meeting has begun" in page
        assert unread not in page, "the risk says it"

    read_brief(handoff=handoff, membership=handoff.agent, at=NOW)

    page = signed_in(handoff.setter).get("/baton/").content.decode()
    assert "Read Mon" in words_of(page)
    assert unread not in page


def test_the_clients_answer_is_there_until_they_meet(boss, handoff):
    assert "Not confirmed yet" in signed_in(boss).get("/baton/").content.decode()
    with time_machine.travel(SLOT, tick=False):
        assert "Not confirmed yet" not in signed_in(boss).get("/baton/").content.decode()
