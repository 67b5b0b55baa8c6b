"""The way out of mail that nobody asked for: by a person, by a mail program, and not by a scanner."""

from __future__ import annotations

from email.utils import parseaddr

import pytest
from django.core import signing
from django.test import Client
from django.urls import reverse

from notifications import consent
from notifications.models import MailChoice
from notifications.models.mails import MailHow
from notifications.unsubscribe.links import token_for, unsubscribe_link
from teams.tests.factories import TeamFactory

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"
ONE_CLICK = {"List-Unsubscribe": "One-Click"}
BUTTON = {"stop": "yes"}


def path(token):
    return reverse("notifications:unsubscribe", args=[token])


@pytest.fixture
def link(team):
    return path(token_for(team, "Dana@Example.com"))


@pytest.fixture
def nobody():
    """A client without cookies that checks for CSRF tokens, as a mail program would meet it."""
    return Client(enforce_csrf_checks=True)


def test_a_mail_program_unsubscribes_by_one_post(team, link, nobody):
    answer = nobody.post(link, ONE_CLICK)

    assert answer.status_code == 200
    assert not answer.cookies
    said = MailChoice.objects.get()
    assert (said.team, said.address, said.is_in, said.how) == (team, DANA, False, MailHow.ONE_CLICK)


def test_a_person_unsubscribes_by_one_button(team, link, nobody):
    page = nobody.get(link).content.decode()
    assert page.count("<button") == 1
    assert team.name in page
    assert consent.may_mail(team.pk, DANA)

    page = nobody.post(link, BUTTON).content.decode()

    assert "Unsubscribed" in page
    assert consent.mail_choice_of(team.pk, DANA).how == MailHow.PAGE


def test_whoever_only_opens_it_changes_nothing(link, nobody):
    for _ in range(3):
        nobody.get(link)
        nobody.head(link)
    answer = nobody.post(link)  # a scanner that presses everything, without saying what
    assert answer.status_code == 400

    assert not MailChoice.objects.exists()


def test_pressed_twice_it_is_kept_once(link, nobody):
    for said in (ONE_CLICK, BUTTON, ONE_CLICK):
        assert nobody.post(link, said).status_code == 200

    assert MailChoice.objects.count() == 1
    assert "<button" not in nobody.get(link).content.decode()


def test_it_is_for_one_team_and_one_address(team, link, nobody):
    nobody.post(link, ONE_CLICK)

    assert consent.may_mail(team.pk, "lee@example.com")
    assert consent.may_mail(TeamFactory.create().pk, DANA)


@pytest.mark.parametrize(
    "token",
    [
        "no",
        "a:b",
        signing.Signer(salt="handoff.links.outcome").sign_object({"t": 1, "a": DANA}),
        signing.Signer(salt="notifications.unsubscribe").sign_object(["t"]),
        signing.Signer(salt="notifications.unsubscribe").sign_object({"t": "x", "a": DANA}),
        signing.Signer(salt="notifications.unsubscribe").sign_object({"t": 10**9, "a": DANA}),
        "é" * 20,
    ],
    ids=["none", "no signature", "another purpose", "no claim", "no number", "no team", "no letters"],
)
@pytest.mark.parametrize("method", ["get", "post"])
def test_what_is_forged_opens_nothing(nobody, token, method):
    answer = getattr(nobody, method)(path(token), ONE_CLICK)

    assert answer.status_code == 404
    assert "not complete" in answer.content.decode()
    assert not MailChoice.objects.exists()


def test_a_changed_address_is_forged(team, nobody):
    whole = token_for(team, DANA)
    other = token_for(team, "lee@example.com")
    mixed = f"{other.partition(':')[0]}:{whole.partition(':')[2]}"

    assert nobody.post(path(mixed), ONE_CLICK).status_code == 404
    assert consent.may_mail(team.pk, "lee@example.com")


def test_it_is_nothing_for_search_engines_caches_and_referrers(link, nobody):
    answer = nobody.get(link)

    assert "noindex" in answer["X-Robots-Tag"]
    assert answer["Referrer-Policy"] == "no-referrer"
    assert "no-store" in answer["Cache-Control"]


def test_hammering_one_link_is_slowed(link, nobody):
    answers = [nobody.post(link, ONE_CLICK).status_code for _ in range(12)]

    assert answers[0] == 200
    assert answers[-1] == 429


def test_a_hostile_address_is_text_on_the_page(team, nobody):
    page = nobody.get(path(token_for(team, "<b>x</b>@example.com"))).content.decode()

    assert "<b>x" not in page


def test_the_link_is_absolute_and_names_the_product(team, settings):
    settings.BASE_URL = "https://baton.example.com/"

    assert unsubscribe_link(team, DANA).startswith("https://baton.example.com/unsubscribe/")
    assert parseaddr(DANA)[1] not in unsubscribe_link(team, DANA)
