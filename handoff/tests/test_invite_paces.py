"""From the booking to both invites: what the numbers say of it is what was delivered, and when."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine

from config.tests.api.caller import Caller
from handoff.models import Handoff, InviteTally
from handoff.numbers.asking import Question
from handoff.numbers.folding import fold_changes
from handoff.numbers.pace import Pace
from handoff.numbers.recounting import recount
from handoff.numbers.tallies import speeds
from handoff.states import Method
from handoff.tests.counting import DAY
from handoff.tests.factories import NOW, SLOT, open_direct, open_handoff, ready
from handoff.tests.pages import signed_in
from leads.models import Lead
from leads.texts import agree
from leads.verification import confirm_no_email
from notifications.models import Delivery
from notifications.promises.drains import drain, drain_all
from notifications.promises.endings import send_again
from teams.models import TextsConnection
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

SECOND = timedelta(seconds=1)


@pytest.fixture
def team():
    return people.TeamFactory.create()


def booked(team, *, after: float | None = None, hour: int = 0) -> Handoff:
    """An appointment whose invites went out so many seconds after the booking; None: they still wait."""
    handoff = open_handoff(ready(team), starts_at=SLOT + hour * timedelta(hours=1))
    if after is not None:
        drain_all(at=NOW + after * SECOND, about=handoff.about)
    return handoff


def invited(team, **asked) -> Pace:
    """How fast, in the weeks around now; the same before and after a fold."""
    question = Question(team.pk, NOW.date() - 7 * DAY, NOW.date() + 14 * DAY, **asked)
    before = speeds(question)
    fold_changes(at=NOW)
    assert speeds(question) == before
    assert recount(team.pk).is_right
    return before.invited


def test_it_is_counted_when_agent_and_client_both_have_it(team):
    handoff = booked(team)
    to_agent, to_client = (Delivery.objects.get(invite__isnull=False, audience=who) for who in ("agent", "client"))
    assert invited(team).cases == 0

    Delivery.objects.filter(pk=to_client.pk).update(due_at=NOW + 300 * SECOND)
    drain_all(at=NOW + 10 * SECOND, about=handoff.about)
    to_agent.refresh_from_db()
    assert (to_agent.state, invited(team).cases) == ("done", 0)

    drain_all(at=NOW + 300 * SECOND, about=handoff.about)
    pace = invited(team)
    assert pace.cases == 1
    assert pace.median == pytest.approx(300, rel=0.2)
    assert InviteTally.objects.exists()


def test_a_minute_is_a_minute_and_half_and_nine_of_ten_are_read_from_steps(team):
    for hour, seconds in enumerate((2, 4, 59.9, 60, 4_000)):
        booked(team, after=seconds, hour=hour)

    pace = invited(team)

    assert (pace.within_a_minute.part, pace.within_a_minute.whole) == (3, 5)
    assert pace.median == pytest.approx(55, rel=0.15)
    assert pace.p90 == pytest.approx(60 + 0.6 * (4_000 - 60), rel=0.2)


def test_what_is_sent_again_was_there_before_and_what_came_back_was_not(team):
    booked(team, after=5)
    mail = Delivery.objects.get(invite__isnull=False, audience="client")
    send_again(mail, at=NOW + DAY)
    assert invited(team).within_a_minute.part == 1
    drain(Delivery, at=NOW + DAY, stream="email")
    assert invited(team).within_a_minute.part == 1

    Delivery.objects.filter(pk=mail.pk).update(came_back_at=NOW + DAY)

    assert invited(team).cases == 0


def test_a_text_is_the_invite_of_a_client_without_a_mail_address(team):
    TextsConnection.objects.create(team=team)
    lead = ready(team, email="", phone="+15125550123")
    confirm_no_email(lead=lead, actor=lead.isa, at=NOW)
    agree(lead=Lead.objects.get(pk=lead.pk), actor=lead.isa, at=NOW)
    handoff = open_handoff(Lead.objects.get(pk=lead.pk))

    drain_all(at=NOW + 5 * SECOND, about=handoff.about)

    assert invited(team).cases == 1


def test_filters_narrow_it_and_other_methods_have_none(team):
    one = booked(team, after=5)
    booked(team, after=5, hour=1)
    drain_all(at=NOW, about=open_direct(ready(team)).about)

    assert invited(team).cases == 2
    assert invited(team, method=Method.SCHEDULED).cases == 2
    assert invited(team, method=Method.LIVE).cases == 0
    assert invited(team, isa=one.setter_id).cases == 1
    assert invited(team, agent=one.agent_id, isa=one.setter_id).cases == 1


def test_the_page_says_it_and_opens_those_that_took_longer(team):
    for hour, seconds in enumerate((2, 4, 90)):
        booked(team, after=seconds, hour=hour)
    boss = people.lead(team)
    with time_machine.travel(NOW + DAY, tick=False):
        browser = signed_in(boss)
        page = browser.get("/numbers/")
        late = browser.get("/numbers/cases/", {"what": "invited_late"})
        words, (_, (fast, fast_url)) = page.context["bars"][0]
        within = browser.get(fast_url)
        sheet = browser.get("/numbers/", {"csv": "speed"})
        told = Caller(boss).get("/numbers").json()["to_invited"]

    assert (words, fast, within.context["count"], len(within.context["rows"])) == ("under 15 s", 2, 2, 2)
    assert "Invites delivered in under 15 s: 2" in within.content.decode()
    words = " ".join(page.content.decode().split())
    assert "<strong>2 of 3</strong> within a minute, while the client is on the phone." in words
    assert (page.context["late_invites"], late.context["count"], len(late.context["rows"])) == (1, 1, 1)
    assert "under 15 s,0,2" in sheet.getvalue().decode()
    assert (told["cases"], told["within_a_minute"]["part"]) == (3, 2)
    assert told["median_seconds"] == pytest.approx(4, rel=0.2)
