"""Inviting people: whom, by whom, how often, and what the page tells of it."""

from datetime import timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from teams import invitations
from teams.invitations import find, send_again
from teams.models import Invitation, User
from teams.tests.factories import agent, lead
from teams.tests.invitations.offering import MAILED, link_of, offer


def test_each_line_is_invited_and_a_mail_is_owed_to_each(browser, team):
    answer = browser.post(
        reverse("teams:people"), {"people": "Noa Sample <Noa@Example.com>\r\n\r\nkim@example.com,", "role": "agent"}
    )

    assert answer.status_code == 302
    made = {each.email: each for each in Invitation.objects.filter(team=team)}
    assert set(made) == {"noa@example.com", "kim@example.com"}
    assert made["noa@example.com"].name == "Noa Sample"
    assert set(MAILED) == {"noa@example.com", "kim@example.com"}
    assert not User.objects.filter(email="noa@example.com").exists()


@pytest.mark.parametrize(
    ("people", "told"),
    [
        ("", "required"),
        (" \n , ", "at least one"),
        ("noa@example.com\nnot an address", "Line 2"),
        ("Noa <noa@example.com", "Line 1"),
        ("noa@example.com, kim@example.com", "Line 1"),
        ("a\x00b@example.com", "Null characters"),
        ("x" * 250 + "@example.com", "Line 1"),
        ("\n".join(f"p{n}@example.com" for n in range(201)), "At most 200"),
    ],
)
def test_a_bad_line_invites_nobody_and_is_named(people, told, browser):
    answer = browser.post(reverse("teams:people"), {"people": people, "role": "agent"})

    assert answer.status_code == 422
    assert told in str(answer.context["form"].errors["people"])
    assert not Invitation.objects.exists()


def test_an_unknown_role_is_refused(browser):
    answer = browser.post(reverse("teams:people"), {"people": "noa@example.com", "role": "owner"})

    assert answer.status_code == 422
    assert not Invitation.objects.exists()


def test_who_is_in_the_team_or_invited_is_left_out_and_said_so(browser, team_lead, team_agent):
    offer(team_lead, "kim@example.com")

    page = browser.post(
        reverse("teams:people"),
        {"people": f"{team_agent.user.email}\nkim@example.com\nnoa@example.com", "role": "isa"},
        follow=True,
    ).content.decode()

    assert "is in this team already" in page
    assert "is invited already" in page
    assert Invitation.objects.filter(email="noa@example.com").exists()
    assert Invitation.objects.count() == 2


def test_the_token_is_kept_as_a_hash_alone(team_lead):
    invitation = offer(team_lead)
    token = link_of(invitation).rstrip("/").rpartition("/")[2]

    assert len(token) > 40
    assert token not in str(Invitation.objects.values().get())
    assert find(token, at=timezone.now()) == invitation


def test_nobody_floods_a_mailbox(browser, team_lead):
    invitation = offer(team_lead)

    page = browser.post(reverse("teams:send-invitation-again", args=[invitation.pk]), follow=True)

    assert "less than a minute ago" in page.content.decode()
    assert len(MAILED[invitation.email]) == 1


def test_the_page_lists_who_is_invited_and_how_far_it_is(browser, team_lead, other_team):
    now = timezone.now()
    offer(team_lead, "waits@example.com")
    offer(team_lead, "late@example.com", at=now - timedelta(days=20))
    failed, arrived = offer(team_lead, "typo@example.com"), offer(team_lead, "there@example.com")
    invitations.note_undelivered(pk=failed.pk, revision=1, reason="550 nobody here")
    invitations.note_delivered(pk=arrived.pk, revision=1, at=now)
    offer(lead(other_team), "foreign@example.com")

    page = browser.get(reverse("teams:people"))

    states = {row["invitation"].email: row["word"] for row in page.context["invitations"]}
    assert states == {
        "waits@example.com": "Being mailed",
        "late@example.com": "Expired",
        "typo@example.com": "Not delivered",
        "there@example.com": "Waits for an answer",
    }
    assert "550 nobody here" in page.content.decode()


@pytest.mark.parametrize("route", ["teams:send-invitation-again", "teams:revoke-invitation"])
def test_an_invitation_is_a_matter_of_the_teams_own_leads(
    route, team_lead, team_agent, team_isa, other_team, signed_in
):
    invitation = offer(team_lead, at=timezone.now() - timedelta(hours=1))
    path = reverse(route, args=[invitation.pk])

    for other in (team_agent, team_isa):
        assert signed_in(other).post(path).status_code == 403
    assert signed_in(lead(other_team)).post(path).status_code == 404
    assert signed_in(team_lead).get(path).status_code == 405
    assert Invitation.objects.get() == invitation
    assert Invitation.objects.get().revoked_at is None


def test_what_a_mail_said_of_an_earlier_link_does_not_count(team_lead):
    invitation = offer(team_lead, at=timezone.now() - timedelta(hours=1))
    send_again(invitation=invitation, at=timezone.now())

    invitations.note_undelivered(pk=invitation.pk, revision=1, reason="full")

    assert Invitation.objects.get().trouble == ""


@pytest.mark.parametrize("rows", [1, 4])
def test_the_list_of_people_costs_the_same_however_long(rows, team, team_lead, browser, django_assert_num_queries):
    for number in range(rows):
        agent(team)
        offer(team_lead, f"noa{number}@example.com")
    with django_assert_num_queries(6):  # session, person with places, members, invitations, unread messages, transfer
        browser.get(reverse("teams:people"))
