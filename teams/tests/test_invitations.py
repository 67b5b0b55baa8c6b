"""Inviting people, and what becomes of the link."""

import re
from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams import invitations
from teams.invitations import NotInvited, find, invite, send_again
from teams.models import AgentProfile, Invitation, Membership, Role, User
from teams.signals import invitation_mailed
from teams.tests.factories import UserFactory, agent, isa, lead

PASSWORD = "a long test password"
MAILED: dict[str, list[str]] = {}
NEW = {"name": "Noa Sample", "zone": "America/Denver", "password": "seventeen blue doors"}


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


def offer(actor, email="noa@example.com", role=Role.AGENT, **fields):
    return invite(email=email, name="Noa", role=role, actor=actor, at=fields.pop("at", timezone.now()))


@pytest.fixture(autouse=True)
def mailbox():
    """Read the links as the mails would carry them: they are known nowhere else."""
    MAILED.clear()

    def keep(*, invitation, link, **_):
        MAILED.setdefault(invitation.email, []).append(re.sub(r"^https?://[^/]+", "", link))

    invitation_mailed.connect(keep)
    yield
    invitation_mailed.disconnect(keep)


def link_of(invitation) -> str:
    """The path in the newest mail."""
    return MAILED[invitation.email][-1]


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


def test_looking_at_the_link_changes_nothing(team_lead):
    path = link_of(offer(team_lead))

    for method in ("get", "head", "get"):
        assert getattr(Client(), method)(path).status_code == 200

    assert Invitation.objects.get().accepted_at is None
    assert not User.objects.filter(email="noa@example.com").exists()


def test_somebody_new_chooses_name_zone_and_password_and_is_in(team_lead, team):
    path, browser = link_of(offer(team_lead)), Client()

    answer = browser.post(path, NEW)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    place = Membership.objects.get(user__email="noa@example.com")
    assert (place.team, place.role, place.user.name, place.user.zone) == (team, "agent", "Noa Sample", NEW["zone"])
    assert place.user.check_password(NEW["password"])
    assert AgentProfile.objects.filter(membership=place).exists()
    assert browser.get(reverse("teams:profile")).context["membership"] == place


@pytest.mark.parametrize(
    ("field", "value"),
    [("name", ""), ("name", "a\nb"), ("zone", "Mars"), ("password", "short"), ("password", "password123"),
     ("password", "noa@example.com"), ("password", "")],
)  # fmt: skip
def test_an_answer_that_will_not_do_is_refused_where_it_is_wrong(field, value, team_lead):
    answer = Client().post(link_of(offer(team_lead)), NEW | {field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert Invitation.objects.get().accepted_at is None


def test_an_invitation_accepted_twice_is_answered_kindly(team_lead):
    path = link_of(offer(team_lead))
    first = Client()
    first.post(path, NEW)

    again, stranger = first.post(path, NEW), Client().post(path, NEW)

    assert {again.status_code, stranger.status_code} == {410}
    assert "You are in already" in again.content.decode()
    assert Membership.objects.filter(user__email="noa@example.com").count() == 1


def test_somebody_with_an_account_signs_in_first_and_joins_a_second_team(team_lead, other_team):
    known = isa(other_team)
    path, browser = link_of(offer(team_lead, known.user.email)), Client()

    page = browser.get(path)
    assert "form" not in page.context
    assert reverse("account_login") in page.content.decode()
    assert browser.post(path, NEW).status_code == 200
    assert not Membership.objects.filter(user=known.user, team=team_lead.team).exists()

    browser.force_login(known.user)
    answer = browser.post(path)

    assert answer.status_code == 302
    assert Membership.objects.active().filter(user=known.user).count() == 2
    assert browser.get(reverse("teams:profile")).context["membership"].team == team_lead.team
    known.user.refresh_from_db()
    assert known.user.check_password(PASSWORD)


def test_another_address_is_refused_and_told_why(team_lead, team_isa, signed_in):
    path, browser = link_of(offer(team_lead)), signed_in(team_isa)

    for answer in (browser.get(path), browser.post(path), browser.post(path, NEW)):
        assert answer.status_code == 403
        words = answer.content.decode()
        assert "noa@example.com" in words
        assert team_isa.user.email in words
    assert Invitation.objects.get().accepted_at is None


def test_somebody_without_a_password_sets_it_by_the_link(team_lead, other_team):
    known = isa(other_team)
    known.user.set_unusable_password()
    known.user.save()

    assert Client().post(link_of(offer(team_lead, known.user.email)), NEW).status_code == 302

    known.user.refresh_from_db()
    assert known.user.check_password(NEW["password"])


def test_somebody_who_is_shut_out_cannot_come_back_by_the_link(team_lead):
    known = UserFactory(email="noa@example.com", is_active=False)
    known.set_unusable_password()
    known.save()

    answer = Client().post(link_of(offer(team_lead)), NEW)

    assert "form" not in answer.context
    assert not Membership.objects.filter(user=known).exists()


def test_sent_again_only_the_new_link_opens(browser, team_lead):
    invitation = offer(team_lead, at=timezone.now() - timedelta(hours=1))
    old = link_of(invitation)

    browser.post(reverse("teams:send-invitation-again", args=[invitation.pk]))

    new = link_of(invitation)
    assert new != old
    assert Client().get(old).status_code == 404
    assert Client().get(new).status_code == 200


def test_nobody_floods_a_mailbox(browser, team_lead):
    invitation = offer(team_lead)

    page = browser.post(reverse("teams:send-invitation-again", args=[invitation.pk]), follow=True)

    assert "less than a minute ago" in page.content.decode()
    assert len(MAILED[invitation.email]) == 1


def test_a_link_that_was_taken_back_says_so(browser, team_lead, team):
    invitation = offer(team_lead)
    browser.post(reverse("teams:revoke-invitation", args=[invitation.pk]))

    answer = Client().post(link_of(invitation), NEW)

    assert answer.status_code == 410
    assert f"{team.name} has taken this invitation back" in answer.content.decode()
    assert (
        "answered or taken back"
        in browser.post(reverse("teams:revoke-invitation", args=[invitation.pk]), follow=True).content.decode()
    )


def test_an_expired_link_says_so_and_its_address_may_be_invited_anew(team_lead):
    expired = offer(team_lead, at=timezone.now() - timedelta(days=15))

    assert "expired" in Client().post(link_of(expired), NEW).content.decode()

    assert offer(team_lead) != expired
    assert Invitation.objects.pending().count() == 1


@pytest.mark.parametrize("token", ["x", "a" * 43, "%00", "..", "é" * 20])
def test_a_made_up_link_opens_nothing(token, db):
    for answer in (Client().get(f"/invitation/{token}/"), Client().post(f"/invitation/{token}/", NEW)):
        assert answer.status_code == 404


def test_a_member_who_left_may_be_invited_again(team_lead, team_agent):
    with pytest.raises(NotInvited):
        offer(team_lead, team_agent.user.email)
    Membership.objects.filter(pk=team_agent.pk).update(ended_at=timezone.now())
    path, browser = link_of(offer(team_lead, team_agent.user.email)), Client()
    browser.force_login(team_agent.user)

    browser.post(path)

    assert Membership.objects.active().get(user=team_agent.user).pk != team_agent.pk


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
