from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from django.test import Client
from django.urls import reverse

from handoff.appointments import move
from handoff.links import LIFE_AFTER_DUE, outcome_link
from handoff.models import Handoff, Outcome
from handoff.states import HandoffStatus
from handoff.tests.factories import NOW, SLOT, open_handoff, ready
from handoff.tests.pages import signed_in
from leads.states import Via
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

AFTER = SLOT + timedelta(hours=1)
GOOD = {"showed": "yes", "is_good": "yes", "next_step": "showings"}


@pytest.fixture(autouse=True)
def an_hour_after_the_appointment_began():
    with time_machine.travel(AFTER, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff(ready(first_name="Dana"))


def page_of(handoff: Handoff) -> str:
    return reverse("handoff:outcome", args=[handoff.pk])


def link_of(handoff: Handoff) -> str:
    return outcome_link(handoff, handoff.agent).removeprefix("http://testserver")


def test_the_agent_reports_in_three_taps(handoff):
    client = signed_in(handoff.agent)
    assert "How did it go with Dana" in client.get(page_of(handoff)).content.decode()

    response = client.post(page_of(handoff), GOOD)

    assert response["Location"] == reverse("handoff:day")
    said = Outcome.objects.get()
    assert (said.showed, said.is_good, said.next_step, said.via) == ("yes", True, "showings", Via.PAGE)
    assert "Showing homes" in client.get(page_of(handoff)).content.decode()


def test_an_isa_is_told_who_reports_and_reports_nothing(handoff):
    handoff.agent.user.name, handoff.agent.user.phone = "Ana Sample", "+15125550177"
    handoff.agent.user.save()
    client = signed_in(handoff.setter)

    page = client.get(page_of(handoff)).content.decode()
    assert "Ana Sample reports this" in page
    assert 'href="tel:+15125550177"' in page
    assert '<form class="steps"' not in page

    assert client.post(page_of(handoff), GOOD).status_code == 409
    assert not Outcome.objects.exists()
    signed_in(handoff.agent).post(page_of(handoff), GOOD)
    assert "Showing homes" in client.get(page_of(handoff)).content.decode()


def test_a_bad_lead_takes_a_reason_and_a_no_show_none(handoff):
    client = signed_in(handoff.agent)

    refused = client.post(page_of(handoff), {"showed": "yes", "is_good": "no"})
    assert refused.status_code == 422
    assert "Say why it was not a good lead" in refused.content.decode()
    assert not Outcome.objects.exists()

    assert client.post(page_of(handoff), {"showed": "no", "next_step": "rebook"}).status_code == 302
    assert Outcome.objects.get().showed == "no"


@pytest.mark.parametrize(
    "answers",
    [
        {},
        {"showed": "perhaps"},
        {"showed": "yes"},
        {"showed": "yes", "is_good": "no", "reason": "weather"},
        {"showed": "no", "next_step": "signed"},
        GOOD | {"note": "x" * 1001},
        GOOD | {"note": "a\0b"},
    ],
)
def test_answers_that_make_no_sense_are_refused(handoff, answers):
    response = signed_in(handoff.agent).post(page_of(handoff), answers)

    assert response.status_code == 422
    assert not Outcome.objects.exists()


def test_before_it_begins_nothing_can_be_reported(handoff):
    with time_machine.travel(NOW, tick=False):
        client = signed_in(handoff.agent)
        assert "You can report from when the appointment begins" in client.get(page_of(handoff)).content.decode()
        assert client.post(page_of(handoff), GOOD).status_code == 422
    assert not Outcome.objects.exists()


def test_a_second_report_changes_nothing(handoff):
    client = signed_in(handoff.agent)
    client.post(page_of(handoff), GOOD)

    assert client.post(page_of(handoff), {"showed": "no", "next_step": "rebook"}).status_code == 409
    assert Outcome.objects.get().showed == "yes"


def test_a_team_lead_may_report_and_a_colleague_or_a_stranger_may_not(handoff):
    team = handoff.team
    assert signed_in(people.agent(team)).post(page_of(handoff), GOOD).status_code == 404
    assert signed_in(people.lead()).post(page_of(handoff), GOOD).status_code == 404
    assert not Outcome.objects.exists()

    assert signed_in(people.lead(team)).post(page_of(handoff), GOOD)["Location"] == reverse("handoff:day")


def test_the_link_of_the_mail_needs_no_login_and_opening_it_changes_nothing(handoff):
    client, link = Client(enforce_csrf_checks=True), link_of(handoff)

    shown = client.get(link)
    assert shown.status_code == 200
    assert "Dana" in shown.content.decode()
    assert client.head(link).status_code == 200
    assert not Outcome.objects.exists()

    reported = client.post(link, GOOD, headers={"origin": "null"})
    assert reported.status_code == 302
    assert Outcome.objects.get().via == Via.LINK
    assert Outcome.objects.get().recorded_by == handoff.agent


def test_after_reporting_by_link_neither_reloading_nor_going_back_sends_anything_again(handoff):
    client, link = Client(), link_of(handoff)

    reported = client.post(link, GOOD)
    assert reported.status_code == 302
    assert reported["Location"].startswith(reverse("handoff:outcome-recorded"))
    for _ in range(2):  # as often as somebody reloads
        thanks = client.get(reported["Location"])
        assert thanks.status_code == 200
        assert "Recorded: they came, and it was a good lead" in thanks.content.decode()
        assert f'href="{reverse("handoff:outcome", args=[handoff.pk])}"' in thanks.content.decode()
        assert "Dana" not in thanks.content.decode()
    assert "Reported already" in client.get(link).content.decode()  # going back asks for the form anew
    assert Outcome.objects.count() == 1


def test_the_links_page_is_kept_from_search_engines_caches_and_referrers(handoff):
    response = Client().get(link_of(handoff))

    assert response["X-Robots-Tag"] == "noindex, nofollow"
    assert response["Referrer-Policy"] == "no-referrer"
    assert "no-store" in response["Cache-Control"]
    assert '<meta name="robots" content="noindex, nofollow">' in response.content.decode()


def test_a_link_that_is_over_says_why_and_tells_nothing_else(handoff):
    link, client = link_of(handoff), Client()

    with time_machine.travel(handoff.outcome_due_at + LIFE_AFTER_DUE + timedelta(seconds=1), tick=False):
        expired = client.get(link)
    assert expired.status_code == 410
    assert "expired" in expired.content.decode()

    client.post(link, GOOD)
    used = client.post(link, {"showed": "no", "next_step": "rebook"})
    assert used.status_code == 410
    assert "Reported already" in used.content.decode()
    assert "Dana" not in used.content.decode() + expired.content.decode()
    assert Outcome.objects.get().showed == "yes"


@pytest.mark.parametrize("token", ["nonsense", "a:b", "eyJoIjoxfQ:forged", "x" * 2000, "%00"])
def test_a_forged_link_is_not_found(token):
    response = Client().get(f"/o/{token}/")

    assert response.status_code == 404
    assert "not complete" in response.content.decode()


def test_a_link_from_before_the_appointment_moved_is_not_used(handoff):
    link = link_of(handoff)
    with time_machine.travel(NOW, tick=False):
        move(appointment=handoff.appointment, starts_at=SLOT + timedelta(hours=3), actor=handoff.setter, at=NOW)

    response = Client().post(link, GOOD)

    assert response.status_code == 410
    assert "changed" in response.content.decode()
    handoff.refresh_from_db()
    assert handoff.status == HandoffStatus.OPEN


@pytest.mark.parametrize("said", ["", "?said=forged", "?said=" + "x" * 300])
def test_what_was_not_reported_is_not_said_to_be(said):
    thanks = Client().get(reverse("handoff:outcome-recorded") + said).content.decode()

    assert "they came" not in thanks
    assert "correct it" not in thanks
