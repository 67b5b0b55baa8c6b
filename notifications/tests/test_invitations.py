"""The mail that invites somebody: it arrives, its link is forgotten here, and what failed is seen."""

import re
from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Delivery
from notifications.promises.drains import drain_all
from teams.invitations import invite, revoke, send_again
from teams.models import Role
from teams.tests.factories import TeamFactory, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def boss():
    return lead(TeamFactory(name="Invented Realty"), user__name="Lea Sample")


def offer(boss, at=None):
    return invite(email="noa@example.com", name="Noa Sample", role=Role.AGENT, actor=boss, at=at or timezone.now())


def test_the_mail_says_who_invites_where_and_as_what(boss, smtp_server):
    invitation = offer(boss)
    drain_all(at=timezone.now())

    (mail,) = smtp_server.messages
    text = mail.get_body(("plain",)).get_content()
    assert mail["Subject"] == "Lea Sample invites you to Invented Realty on Baton"
    assert "Noa Sample" in mail["To"]
    assert "Closing agent" in text
    assert re.search(r"http://testserver/invitation/[\w-]{43}/", text)
    invitation.refresh_from_db()
    assert invitation.delivered_at is not None


def test_the_link_is_nowhere_here_once_the_mail_is_out(boss, smtp_server):
    offer(boss)
    drain_all(at=timezone.now())

    link = re.search(r"/invitation/([\w-]{43})/", smtp_server.messages[0].get_body(("plain",)).get_content())
    assert link
    assert link[1] not in str(list(Delivery.objects.values()))


def test_a_mail_that_is_refused_is_seen_on_the_list(boss, smtp_server):
    smtp_server.refuse["noa@example.com"] = "550 5.1.1 nobody here"
    invitation = offer(boss)

    drain_all(at=timezone.now())

    invitation.refresh_from_db()
    assert "550" in invitation.trouble
    assert invitation.delivered_at is None


def test_a_second_mail_takes_the_place_of_one_that_never_went(boss, smtp_server):
    now = timezone.now()
    invitation = offer(boss, at=now - timedelta(hours=1))
    send_again(invitation=invitation, at=now)

    drain_all(at=now)

    assert len(smtp_server.messages) == 1


def test_a_hostile_name_stays_a_name(boss, smtp_server):
    boss.user.name = "<script>alert(1)</script> <!channel>"
    boss.user.save()
    offer(boss)
    drain_all(at=timezone.now())

    html = smtp_server.messages[0].get_body(("html",)).get_content()
    assert "<script>" not in html
    assert "&lt;script&gt;" in html


def test_an_invitation_taken_back_is_not_mailed_any_more(boss, smtp_server):
    invitation = offer(boss)
    revoke(invitation=invitation, at=timezone.now())

    drain_all(at=timezone.now())

    assert smtp_server.messages == []
