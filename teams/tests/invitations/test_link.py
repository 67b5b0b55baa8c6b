"""What becomes of the link of an invitation."""

from datetime import timedelta

import pytest
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from teams.invitations import NotInvited
from teams.models import AgentProfile, Invitation, Membership, User
from teams.tests.factories import UserFactory, isa
from teams.tests.invitations.offering import link_of, offer

PASSWORD = "a long test password"
NEW = {"name": "Noa Sample", "zone": "America/Denver", "password": "seventeen blue doors"}


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
