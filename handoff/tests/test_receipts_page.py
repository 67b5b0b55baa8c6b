from __future__ import annotations

import pytest
import time_machine
from django.urls import reverse

from handoff.models import Handoff
from handoff.tests.factories import NOW, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def handoff() -> Handoff:
    return open_handoff(ready())


def fail(handoff: Handoff) -> Delivery:
    delivery = Delivery.objects.filter(about=handoff.about, audience="client").first()
    assert delivery
    Delivery.objects.filter(pk=delivery.pk).update(
        state=State.FAILED, attempts=3, answer="550 no such mailbox", done_at=NOW
    )
    return delivery


def test_receipts_are_seen_by_setter_agent_and_team_lead(handoff):
    url = reverse("handoff:receipts", args=[handoff.pk])
    for member in (handoff.setter, handoff.agent, people.lead(handoff.team)):
        response = signed_in(member).get(url, **HTMX)
        assert response.status_code == 200
        assert "New owner" in response.content.decode()
    for member in (people.agent(handoff.team), people.isa(), people.lead()):
        assert signed_in(member).get(url, **HTMX).status_code == 404


def test_a_receipt_of_teams_says_that_taken_is_not_posted(handoff):
    alert = Delivery.objects.filter(about=handoff.about, audience="channel")
    alert.update(channel="msteams", state=State.DONE, done_at=NOW, answer="Accepted. Teams does not say more.")

    page = signed_in(handoff.setter).get(reverse("handoff:receipts", args=[handoff.pk]), **HTMX).content.decode()

    assert "Microsoft Teams alert" in page
    assert "Teams does not say more." in page


def test_the_list_asks_for_itself_until_every_step_has_ended(handoff):
    url, client = reverse("handoff:receipts", args=[handoff.pk]), signed_in(handoff.setter)
    assert 'hx-trigger="every 1s"' in client.get(url, **HTMX).content.decode()

    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=NOW)
    handoff.owner_changes.update(state=State.DONE, done_at=NOW)

    assert "hx-trigger" not in client.get(url, **HTMX).content.decode()


def test_times_are_on_the_viewers_clock_and_name_it(handoff):
    Delivery.objects.filter(about=handoff.about).update(state=State.DONE, done_at=NOW)
    viewer = people.lead(handoff.team, user__zone="America/New_York")

    page = signed_in(viewer).get(reverse("handoff:receipts", args=[handoff.pk]), **HTMX).content.decode()

    assert ">11:00 AM EST</time>" in page


def test_a_failed_step_says_what_the_other_side_answered_and_is_tried_again(handoff):
    failed, client = fail(handoff), signed_in(handoff.setter)
    page = client.get(reverse("handoff:receipts", args=[handoff.pk]), **HTMX).content.decode()
    retry = reverse("handoff:retry", args=[handoff.pk, f"delivery-{failed.pk}"])
    assert "550 no such mailbox" in page
    assert retry in page

    assert client.post(retry, **HTMX).status_code == 200
    failed.refresh_from_db()
    assert failed.state != State.FAILED


def test_a_step_of_another_handoff_is_not_tried_through_this_one(handoff):
    other = fail(open_handoff(ready()))

    signed_in(handoff.setter).post(reverse("handoff:retry", args=[handoff.pk, f"delivery-{other.pk}"]), **HTMX)

    other.refresh_from_db()
    assert other.state == State.FAILED


@pytest.mark.parametrize("ref", ["delivery-0", "owner-x", "nothing", "delivery-99999999999999999999"])
def test_a_step_that_does_not_exist_is_no_error(handoff, ref):
    response = signed_in(handoff.setter).post(reverse("handoff:retry", args=[handoff.pk, ref]), **HTMX)

    assert response.status_code == 200
