"""The pages on which an agent says that they cannot make it: their own, and the one behind the link of a mail."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff.appointments import move, reassign
from handoff.links import COVER_SALT, OUTCOME_SALT, cover_link
from handoff.models import CoverRequest, Handoff
from handoff.tests.cover.pages.saying import ALL_DAY, tomorrow
from handoff.tests.pages import signed_in
from leads.states import Via
from notifications.models import Delivery
from teams.tests.factories import agent, lead

pytestmark = pytest.mark.django_db

REASON = {"reason": "My car broke down"}


def cant(handoff):
    return reverse("handoff:cant", args=[handoff.pk])


def say(handoff, **said):
    return signed_in(handoff.agent).post(cant(handoff), REASON | {"revision": handoff.revision} | said)


def test_the_agent_says_it_on_the_page_reached_from_day_and_brief(handoff):
    browser = signed_in(handoff.agent)
    assert cant(handoff) in browser.get(reverse("handoff:day")).content.decode()
    assert cant(handoff) in browser.get(reverse("handoff:brief", args=[handoff.pk])).content.decode()
    assert "Ana" not in CoverRequest.objects.values_list("reason", flat=True)
    page = browser.get(cant(handoff))
    assert page.status_code == 200
    assert not CoverRequest.objects.exists()

    answer = say(handoff)

    assert answer["Location"] == reverse("handoff:day")
    assert CoverRequest.objects.get().reason == "My car broke down"
    assert "You can\u2019t make it" in browser.get(reverse("handoff:day")).content.decode()
    assert "I can make it after all" in browser.get(cant(handoff)).content.decode()


def test_a_reason_is_needed(handoff):
    answer = say(handoff, reason=" ")

    assert answer.status_code == 422
    assert "Give a reason" in answer.content.decode()
    assert not CoverRequest.objects.exists()


def test_the_agent_can_after_all(handoff):
    say(handoff)

    say(handoff, can="1")

    assert CoverRequest.objects.get().is_taken_back


def test_a_page_that_shows_an_older_time_says_so(handoff):
    move(
        appointment=handoff.appointment,
        starts_at=tomorrow(handoff.lead, handoff.agent, after=timedelta(hours=3)),
        actor=handoff.setter,
        at=timezone.now(),
    )

    answer = say(handoff)

    assert answer.status_code == 409
    assert "changed meanwhile" in answer.content.decode()
    assert not CoverRequest.objects.exists()


def test_after_the_start_the_page_says_what_to_do_instead(handoff, time_machine):
    time_machine.move_to(handoff.appointment.starts_at + timedelta(minutes=1))

    assert "has begun" in signed_in(handoff.agent).get(cant(handoff)).content.decode()
    answer = say(handoff)
    assert answer.status_code == 409
    assert not CoverRequest.objects.exists()


def test_nobody_but_the_agent_says_it(handoff):
    for other, status in (
        (agent(handoff.team), 404),
        (agent(), 404),
        (handoff.setter, 403),
        (lead(handoff.team), 403),
    ):
        assert signed_in(other).post(cant(handoff), REASON | {"revision": 1}).status_code == status
    assert Client().post(cant(handoff), REASON).status_code == 302
    assert not CoverRequest.objects.exists()


def path_of(link):
    return "/" + link.split("://", 1)[1].split("/", 1)[1]


def test_the_link_of_the_mail_does_the_same_without_signing_in(handoff):
    mail = Delivery.objects.get(recipient=handoff.agent, kind="handoff_opened")
    [link] = [action["link"] for action in mail.message["actions"] if action["label"] == "I can't make it"]
    outside = Client(enforce_csrf_checks=True)

    shown = outside.get(path_of(link))
    assert shown.status_code == 200
    assert shown["Referrer-Policy"] == "no-referrer"
    assert "noindex" in shown["X-Robots-Tag"]
    assert not CoverRequest.objects.exists()
    answer = outside.post(path_of(link), REASON | {"revision": handoff.revision})

    assert answer["Location"] == reverse("handoff:cant-said")
    assert outside.get(answer["Location"]).status_code == 200
    request = CoverRequest.objects.get()
    assert (request.agent, request.via) == (handoff.agent, Via.LINK)


def test_a_link_is_over_when_the_meeting_has_begun_was_moved_or_is_another_agents(handoff, time_machine):
    link = path_of(cover_link(handoff, handoff.agent))
    moved_to = handoff.appointment.starts_at + timedelta(hours=3)
    move(appointment=handoff.appointment, starts_at=moved_to, actor=handoff.setter, at=timezone.now())
    assert Client().get(link).status_code == 410
    handoff.refresh_from_db()
    link = path_of(cover_link(Handoff.objects.get(pk=handoff.pk), handoff.agent))
    assert Client().get(link).status_code == 200
    time_machine.move_to(moved_to + timedelta(minutes=1))

    over = Client().post(link, REASON | {"revision": handoff.revision})

    assert over.status_code == 410
    assert "has begun" in over.content.decode()
    assert not CoverRequest.objects.exists()


def test_a_link_of_an_agent_who_no_longer_has_the_lead_is_over(handoff):
    link = path_of(cover_link(handoff, handoff.agent))
    other = agent(handoff.team, hours=ALL_DAY)
    reassign(handoff=handoff, agent=other, actor=handoff.setter, at=timezone.now())

    assert "with somebody else now" in Client().get(link).content.decode()


@pytest.mark.parametrize("token", ["x", "a:b:c", "é", "x" * 3000])
def test_a_link_that_is_none_is_not_found(token):
    assert Client().get(reverse("handoff:cant-link", args=[token])).status_code == 404


def test_a_link_for_an_outcome_does_not_open_this(handoff):
    claim = {"h": handoff.pk, "m": handoff.agent_id, "r": handoff.revision, "x": 9_999_999_999}
    foreign = signing.Signer(salt=OUTCOME_SALT).sign_object(claim)
    ours = signing.Signer(salt=COVER_SALT).sign_object(claim)

    assert Client().get(reverse("handoff:cant-link", args=[foreign])).status_code == 404
    assert Client().get(reverse("handoff:outcome-link", args=[ours])).status_code == 404
