"""The pages on which an agent says that they cannot make it, and an ISA finds cover."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from handoff.appointments import move, reassign
from handoff.cover.asking import ask_for_cover
from handoff.forms import slot_value
from handoff.links import COVER_SALT, OUTCOME_SALT, cover_link
from handoff.models import CoverRequest, Handoff
from handoff.slots import free_slots
from handoff.tests.factories import open_handoff, ready
from handoff.tests.pages import signed_in
from leads.states import Via
from notifications.models import Delivery
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db

ALL_DAY = "00:00-23:59 mon-sun"
REASON = {"reason": "My car broke down"}


def tomorrow(whose, to, *, after=timedelta()):
    """The first free time at least a day, and ``after`` besides, ahead."""
    start = timezone.now() + timedelta(days=1) + after
    asked = {"start": start, "end": start + timedelta(days=2), "minutes": 45, "at": timezone.now()}
    return free_slots(lead=whose, team=to.team, agents=[to], **asked)[0].starts_at


@pytest.fixture
def handoff():
    whose = ready(first_name="Dana", last_name="Example")
    ana = agent(whose.team, user__name="Ana Example", hours=ALL_DAY)
    return open_handoff(whose, to=ana, starts_at=tomorrow(whose, ana), at=timezone.now())


def cant(handoff):
    return reverse("handoff:cant", args=[handoff.pk])


def say(handoff, **said):
    return signed_in(handoff.agent).post(cant(handoff), REASON | {"revision": handoff.revision} | said)


def asked(handoff):
    return ask_for_cover(
        handoff=handoff, agent=handoff.agent, reason="My car broke down", via=Via.PAGE, at=timezone.now()
    )


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


def cover(handoff):
    return reverse("handoff:cover", args=[handoff.pk])


def find(handoff, slot, *, by=None, revision=None):
    said = {"slot": slot, "revision": revision or handoff.revision}
    return signed_in(by or handoff.setter).post(reverse("handoff:find-cover", args=[handoff.pk]), said)


def test_the_isa_is_offered_another_agent_at_the_same_time_first(handoff):
    ben = agent(handoff.team, user__name="Ben Example", hours=ALL_DAY)
    agent(handoff.team, user__name="Never There", hours="")
    asked(handoff)

    text = signed_in(handoff.setter).get(cover(handoff)).content.decode()

    assert "My car broke down" in text
    same, other_time = text.index("Same time, another agent"), text.index("Another time, Ana Example")
    assert same < text.index("Give to Ben") < other_time < text.index("Another time, another agent")
    assert "Never There" not in text
    assert slot_value(ben, handoff.appointment.starts_at) in text


def test_giving_it_to_another_agent_at_the_same_time_settles_it(handoff):
    ben = agent(handoff.team, hours=ALL_DAY)
    asked(handoff)

    answer = find(handoff, slot_value(ben, handoff.appointment.starts_at))

    assert answer["Location"] == reverse("handoff:brief", args=[handoff.pk])
    handoff.refresh_from_db()
    assert handoff.agent == ben
    assert CoverRequest.objects.get().settled_at


@pytest.mark.parametrize("is_other", [True, False])
def test_taking_another_time_settles_it(handoff, is_other):
    whom = agent(handoff.team, hours=ALL_DAY) if is_other else handoff.agent
    asked(handoff)
    later = tomorrow(handoff.lead, whom, after=timedelta(hours=4))

    find(handoff, slot_value(whom, later))

    handoff = Handoff.objects.get(pk=handoff.pk)
    assert (handoff.agent, handoff.appointment.starts_at) == (whom, later)
    assert CoverRequest.objects.get().settled_at


def test_an_offer_that_is_gone_is_said_with_the_offers_of_now(handoff):
    ben = agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    open_handoff(ready(handoff.team), to=ben, starts_at=handoff.appointment.starts_at, at=timezone.now())

    answer = find(handoff, slot_value(ben, handoff.appointment.starts_at))

    assert answer.status_code == 409
    assert "just been taken" in answer.content.decode()
    assert "Another time, Ana Example" in answer.content.decode()
    assert CoverRequest.objects.get().settled_at is None


def test_two_isas_who_find_cover_at_once_do_not_undo_each_other(handoff):
    ben, cleo = agent(handoff.team, hours=ALL_DAY), agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    find(handoff, slot_value(ben, handoff.appointment.starts_at))

    answer = find(handoff, slot_value(cleo, handoff.appointment.starts_at), revision=handoff.revision)

    assert answer.status_code == 409
    assert Handoff.objects.get(pk=handoff.pk).agent == ben


@pytest.mark.parametrize("slot", ["", "x", "0@2026-11-24T21:30:00Z", "99999@2027-01-01T10:00:00Z"])
def test_a_slot_that_is_none_changes_nothing(handoff, slot):
    assert find(handoff, slot).status_code == 422


def test_an_agent_of_another_team_is_no_offer(handoff):
    foreign = agent(hours=ALL_DAY)

    assert find(handoff, slot_value(foreign, handoff.appointment.starts_at)).status_code == 422
    assert Handoff.objects.get(pk=handoff.pk).agent == handoff.agent


def test_who_may_find_cover(handoff):
    assert signed_in(lead(handoff.team)).get(cover(handoff)).status_code == 200
    assert signed_in(isa(handoff.team)).get(cover(handoff)).status_code == 200
    assert signed_in(handoff.agent).get(cover(handoff)).status_code == 403
    for stranger in (isa(), lead()):
        assert signed_in(stranger).get(cover(handoff)).status_code == 404
        assert find(handoff, "x", by=stranger).status_code == 404
    assert Client().get(cover(handoff)).status_code == 302


def test_the_page_of_what_has_begun_offers_nothing(handoff, time_machine):
    time_machine.move_to(handoff.appointment.starts_at + timedelta(minutes=1))

    assert "Nothing to cover" in signed_in(handoff.setter).get(cover(handoff)).content.decode()


def test_the_board_shows_it_until_it_is_solved(handoff):
    boss = lead(handoff.team)
    board = reverse("handoff:baton")
    assert "can&#x27;t make it" not in signed_in(boss).get(board).content.decode()
    asked(handoff)

    shown = signed_in(boss).get(board, {"risk": "cover"}).content.decode()
    assert "Ana can&#x27;t make it" in shown
    assert "My car broke down" in shown
    assert cover(handoff) in shown

    move(
        appointment=handoff.appointment,
        starts_at=handoff.appointment.starts_at + timedelta(hours=3),
        actor=handoff.setter,
        at=timezone.now(),
    )
    assert "can&#x27;t make it" not in signed_in(boss).get(board).content.decode()


def test_the_panel_and_the_brief_tell_the_isa(handoff):
    asked(handoff)

    browser = signed_in(handoff.setter)
    assert cover(handoff) in browser.get(reverse("handoff:panel", args=[handoff.lead_id])).content.decode()
    assert cover(handoff) in browser.get(reverse("handoff:brief", args=[handoff.pk])).content.decode()


@pytest.mark.parametrize("agents", [1, 4])
def test_finding_cover_costs_the_same_however_many_agents(handoff, agents, django_assert_num_queries):
    for _ in range(agents):
        agent(handoff.team, hours=ALL_DAY)
    asked(handoff)
    browser = signed_in(handoff.setter)
    browser.get(cover(handoff))

    with django_assert_num_queries(16):
        browser.get(cover(handoff))
