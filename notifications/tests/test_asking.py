"""An open page asks what it missed, and gets a ticket for the stream."""

from __future__ import annotations

from datetime import timedelta

import pytest
import time_machine
from allauth.usersessions.models import UserSession
from django.conf import settings
from django.urls import reverse
from django.utils import timezone

from notifications import pushing
from notifications.events import tickets
from notifications.events.frames import MOST
from notifications.models import Pushed
from notifications.pushing import clear_old, push
from teams.tests.factories import isa

pytestmark = pytest.mark.django_db


@pytest.fixture
def page(client, boss):
    """The team lead's browser, signed in as a person is."""
    client.force_login(boss.user)
    UserSession.objects.create(user=boss.user, session_key=client.session.session_key, ip="127.0.0.1", user_agent="")
    return client


def told(member, ref, *, topic="ring", ago=0) -> int:
    push(to=[member.pk], topic=topic, ref=ref, at=timezone.now() - timedelta(seconds=ago))
    return Pushed.objects.latest("pk").pk


def asked(page, **query) -> list[str]:
    answer = page.get(reverse("notifications:events-since"), query).json()
    return [each["ref"] for each in answer["frames"]]


def test_a_page_is_told_what_came_after_the_frame_it_knows(page, boss):
    known = told(boss, "1", ago=60)
    newest = told(boss, "2", topic="transfer")

    answer = page.get(reverse("notifications:events-since"), {"after": known}).json()

    assert answer == {
        "membership": boss.pk,
        "frames": [{"id": newest, "topic": "transfer", "ref": "2"}],
        "after": newest,
    }


def test_what_others_are_told_is_not_told_to_me(page, boss):
    told(isa(boss.team), "of a colleague")
    told(isa(), "of another team")

    assert asked(page, after=0) == []


def test_what_was_committed_late_under_a_smaller_id_is_told_too(page, boss):
    late = told(boss, "late")
    known = told(boss, "known")

    assert asked(page, after=known) == ["late"]
    assert late < known


@pytest.mark.parametrize("after", ["", "-1", "x", "²", "9" * 19, "9" * 40])
def test_nonsense_breaks_nothing(page, boss, after):
    assert page.get(reverse("notifications:events-since"), {"after": after}).status_code == 200
    assert page.get(reverse("notifications:events-ticket"), {"age": after}).status_code == 200


def test_a_page_that_knows_none_is_told_what_came_since_it_was_drawn(page, boss):
    told(boss, "in the page already", ago=120)
    told(boss, "not in it", ago=30)

    assert asked(page, age=60) == ["not in it"]


def test_a_page_that_missed_very_much_gets_the_newest(page, boss):
    Pushed.objects.bulk_create(
        Pushed(membership=boss, topic="ring", ref=str(n), at=timezone.now()) for n in range(MOST + 5)
    )

    refs = asked(page, after=0)

    assert (refs[0], refs[-1], len(refs)) == ("5", str(MOST + 4), MOST)


@pytest.mark.parametrize("rows", [1, 4])
def test_asking_costs_the_same_however_much_it_missed(page, boss, rows, django_assert_num_queries):
    known = told(boss, "known", ago=60)
    for number in range(rows):
        told(boss, str(number))

    with django_assert_num_queries(3):
        assert len(asked(page, after=known)) == rows


def test_a_ticket_names_the_member_and_the_sign_in(page, boss):
    answer = page.get(reverse("notifications:events-ticket"), {"age": 0}).json()

    session = UserSession.objects.get(session_key=page.session.session_key)
    assert tickets.read(answer["ticket"]) == tickets.Ticket(boss.pk, session.pk)
    assert answer["url"] == settings.EVENTS_STREAM_URL
    assert page.session.session_key not in answer["ticket"]


def test_without_a_noted_sign_in_there_is_no_ticket(client, boss):
    client.force_login(boss.user)

    assert client.get(reverse("notifications:events-ticket")).json()["ticket"] == ""


def test_a_forged_or_old_ticket_says_nothing(page):
    ticket = page.get(reverse("notifications:events-ticket")).json()["ticket"]

    assert tickets.read(ticket[:-1] + ("A" if ticket[-1] != "A" else "B")) is None
    assert tickets.read("") is None
    with time_machine.travel(timezone.now() + tickets.GOOD_FOR + timedelta(seconds=1)):
        assert tickets.read(ticket) is None


def test_the_policy_lets_pages_connect_to_the_stream_and_nowhere_else(page):
    policy = page.get(reverse("notifications:inbox")).headers["Content-Security-Policy"]

    (connect,) = [each.strip() for each in policy.split(";") if each.strip().startswith("connect-src")]
    assert connect == f"connect-src 'self' {settings.EVENTS_URL}"


def test_what_is_older_than_an_hour_is_forgotten(boss):
    told(boss, "old", ago=3601)
    told(boss, "young", ago=3590)

    assert clear_old(at=timezone.now()) == 1
    assert Pushed.objects.get().ref == "young"


def test_forgetting_goes_by_batches_and_leaves_the_rest_for_the_next_time(boss, monkeypatch):
    monkeypatch.setattr(pushing, "CLEARED_AT_ONCE", 2)
    monkeypatch.setattr(pushing, "MOST_BATCHES", 2)
    for number in range(5):
        told(boss, str(number), ago=7200 - number)

    assert clear_old(at=timezone.now()) == 4
    assert Pushed.objects.get().ref == "4", "the oldest go first"
    assert clear_old(at=timezone.now()) == 1
