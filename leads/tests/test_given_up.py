"""What could not be delivered becomes somebody's task."""

import pytest
from django.urls import reverse

from leads.models import Task
from leads.tests.factories import NOW
from notifications.models import Delivery, SlackMatch
from notifications.models.deliveries import Audience, ChannelKind
from notifications.promises.drains import drain
from notifications.promises.endings import retry_now
from notifications.promises.signals import given_up
from teams.leaving import deactivate

pytestmark = pytest.mark.django_db


@pytest.fixture
def refused_mail(team, isa):
    def refuse(**fields):
        values = {
            "key": "handoff/12|invite|client@example.com|r1",
            "about": "handoff/12",
            "team": team,
            "channel": ChannelKind.EMAIL,
            "audience": Audience.CLIENT,
            "kind": "booked",
            "recipient_name": "Dana Example",
            "address": "client@example.com",
            "message": {"title": "Your appointment"},
            "invite": {"uid": "1@baton"},
            "answer": "550 no such mailbox",
            "state": "failed",
            "due_at": NOW,
            "done_at": NOW,
            "fence": 1,
            "responsible": isa,
        } | fields
        owed = Delivery.objects.create(**values)
        given_up.send(sender=Delivery, owed=owed)
        return owed

    return refuse


def test_whoever_answers_for_it_gets_an_urgent_task_that_names_what_failed_and_where_to_retry(refused_mail, isa):
    refused_mail()

    task = Task.objects.get()
    assert task.assignee == isa
    assert task.title == "Invite to Dana Example was not delivered: Your appointment"
    assert task.detail == (
        "550 no such mailbox. Read the address back with Dana Example and correct it: client@example.com"
    )
    assert task.link == "/h/12/"
    assert task.is_urgent


def test_told_twice_of_one_failure_it_is_one_task(refused_mail):
    owed = refused_mail()

    given_up.send(sender=Delivery, owed=owed)

    assert Task.objects.count() == 1


def test_tried_again_in_vain_it_is_a_new_task(refused_mail):
    owed = refused_mail()
    Task.objects.update(done_at=NOW)
    owed.fence = 2

    given_up.send(sender=Delivery, owed=owed)

    assert Task.objects.open().count() == 1


def test_without_a_name_the_team_lead_gets_it(refused_mail, boss):
    refused_mail(responsible=None)

    assert Task.objects.get().assignee == boss


def test_whoever_has_left_is_not_asked(refused_mail, isa, boss):
    deactivate(member=isa, successor=boss, actor=boss, at=NOW)
    isa.refresh_from_db()

    refused_mail()

    assert Task.objects.get().assignee == boss


def test_a_team_without_anybody_to_ask_does_not_break_the_sweep(refused_mail):
    refused_mail(responsible=None)

    assert not Task.objects.exists()


def test_what_is_about_no_page_has_no_link(refused_mail):
    refused_mail(about="nothing/known")

    assert Task.objects.get().link == ""


def test_a_mail_that_only_came_too_late_says_nothing_against_the_address(refused_mail):
    refused_mail(answer="No answer from the mail server in time.")

    assert Task.objects.get().detail == "No answer from the mail server in time."


def test_a_slack_alert_says_what_to_do_and_leads_to_the_settings(refused_mail):
    refused_mail(
        channel=ChannelKind.SLACK, invite=None, recipient_name="Slack", address="", audience=Audience.CHANNEL,
        answer="token_revoked",
    )  # fmt: skip

    task = Task.objects.get()
    assert task.title == (
        "Slack alert was not delivered: Slack says this token was revoked: make a new one and save it"
    )
    assert "Your appointment" in task.detail
    assert task.link == reverse("teams:slack")


def test_an_alert_of_another_chat_leads_to_its_own_settings(refused_mail):
    refused_mail(
        channel=ChannelKind.TEAMS, invite=None, recipient_name="Microsoft Teams", address="",
        audience=Audience.CHANNEL, answer="404 Gone",
    )  # fmt: skip

    task = Task.objects.get()
    assert task.title.startswith("Microsoft Teams alert was not delivered: Teams says this workflow is gone")
    assert "Once Microsoft Teams works" in task.detail
    assert task.link == reverse("teams:msteams")


def test_a_retry_that_works_closes_the_task_and_no_other(refused_mail):
    owed, other = refused_mail(invite=None), refused_mail(key="handoff/13|invite", about="handoff/13")
    Delivery.objects.filter(pk=owed.pk).update(attempts=1)
    owed.refresh_from_db()
    assert retry_now(owed, at=NOW)

    drain(Delivery, at=NOW, stream="email")

    owed.refresh_from_db()
    assert owed.state == "done"
    assert Task.objects.open().get().key.startswith(f"given_up|Delivery|{other.pk}|")


def test_an_invitation_that_did_not_arrive_leads_to_the_list_of_people(refused_mail, boss):
    refused_mail(kind="invitation", about="invitation/7", key="invitation/7|invitation|x|r1", invite=None)

    task = Task.objects.get()
    assert task.link == reverse("teams:people")


def test_it_is_told_in_the_channel_for_what_is_stuck_if_the_team_has_one(refused_mail, team, isa, settings):
    settings.DEMO_OUTBOX = True
    refused_mail()
    assert not Delivery.objects.filter(channel=ChannelKind.SLACK).exists()

    team.slack.stuck_channel = "#stuck"
    team.slack.save()
    refused_mail(key="handoff/12|invite|client@example.com|r2")

    alert = Delivery.objects.get(channel=ChannelKind.SLACK)
    assert (alert.topic, alert.about, alert.message["concerns"]) == ("stuck", "handoff/12", isa.pk)
    assert alert.message["title"] == "Invite to Dana Example was not delivered: Your appointment"
    assert alert.message["link"].endswith("/h/12/")


def test_a_look_up_that_failed_is_nobodys_task(team, boss):
    match = SlackMatch.objects.create(
        key="team/1|slack_match|m1", about="team/1", team=team, membership=boss, due_at=NOW, state="failed", fence=1
    )
    given_up.send(sender=SlackMatch, owed=match)
    assert not Task.objects.exists()


def test_a_text_that_no_client_could_get_says_to_call_them(refused_mail):
    refused_mail(channel=ChannelKind.SMS, invite=None, address="+15125550123", answer="21614 Not a mobile number")

    task = Task.objects.get()
    assert task.title == "Text to Dana Example was not delivered: Your appointment"
    assert task.detail == "Call Dana Example instead. 21614 Not a mobile number"


def test_a_members_text_that_failed_is_mailed_and_asks_nobody(refused_mail, agent):
    refused_mail(
        channel=ChannelKind.SMS, invite=None, address="+15125550111", recipient=agent, audience=Audience.AGENT
    )  # fmt: skip

    assert not Task.objects.exists()
    assert Delivery.objects.filter(channel=ChannelKind.EMAIL, recipient=agent).exists()
