"""Sessions: where one is signed in, and how that ends."""

from datetime import timedelta

import pytest
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.urls import reverse
from django.utils import timezone

from config.tests.signing_in.entering import PASSWORD, log_in
from teams.sessions import device
from teams.templatetags.look import clock, day
from teams.tests.factories import isa

pytestmark = pytest.mark.django_db

CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"


def test_the_account_lists_where_one_is_signed_in_and_ends_one(ana, team):
    here, there = log_in(ana, HTTP_USER_AGENT=CHROME), log_in(ana, REMOTE_ADDR="192.0.2.7")
    log_in(isa(team), REMOTE_ADDR="192.0.2.99")

    page = here.get(reverse("teams:account")).content.decode()
    assert "Chrome on Windows" in page
    assert "192.0.2.7" in page
    assert "192.0.2.99" not in page
    since = UserSession.objects.get(session_key=here.session.session_key).created_at
    assert f"since {day(since, ana.user.zone)}, {clock(since, ana.user.zone)}" in page

    other = UserSession.objects.get(session_key=there.session.session_key)
    here.post(reverse("teams:end-session", args=[other.pk]))

    assert there.get(reverse("teams:profile")).status_code == 302
    assert here.get(reverse("teams:profile")).status_code == 200


def test_all_others_end_and_this_one_stays(ana):
    here, *others = (log_in(ana) for _ in range(3))

    assert here.get(reverse("teams:end-other-sessions")).status_code == 405
    here.post(reverse("teams:end-other-sessions"))

    assert here.get(reverse("teams:profile")).status_code == 200
    assert [each.get(reverse("teams:profile")).status_code for each in others] == [302, 302]


def test_nobody_ends_the_session_of_somebody_else(ana, team):
    mine, theirs = log_in(ana), log_in(isa(team))
    session = UserSession.objects.get(session_key=theirs.session.session_key)

    assert mine.post(reverse("teams:end-session", args=[session.pk])).status_code == 404
    assert theirs.get(reverse("teams:profile")).status_code == 200


def test_another_password_ends_every_other_session(ana):
    here, there = log_in(ana), log_in(ana)

    here.post(
        reverse("account_change_password"),
        {"oldpassword": PASSWORD, "password1": "seventeen blue doors", "password2": "seventeen blue doors"},
    )

    assert here.get(reverse("teams:profile")).status_code == 200
    assert there.get(reverse("teams:profile")).status_code == 302
    assert UserSession.objects.filter(user=ana.user).count() == 1


def test_a_session_in_use_is_stamped_every_few_minutes(ana, time_machine):
    time_machine.move_to(timezone.now(), tick=True)
    browser = log_in(ana)
    began = UserSession.objects.get().last_seen_at

    browser.get(reverse("teams:profile"), REMOTE_ADDR="192.0.2.1")
    assert UserSession.objects.get().last_seen_at == began

    time_machine.shift(timedelta(minutes=11))
    browser.get(reverse("teams:profile"), REMOTE_ADDR="192.0.2.8")
    seen = UserSession.objects.get()
    assert seen.last_seen_at > began + timedelta(minutes=10)
    assert seen.ip == "192.0.2.8"


def test_a_session_that_ran_out_is_not_listed(ana):
    here, old = log_in(ana), log_in(ana, REMOTE_ADDR="192.0.2.7")
    Session.objects.filter(session_key=old.session.session_key).update(expire_date=timezone.now())

    assert "192.0.2.7" not in here.get(reverse("teams:account")).content.decode()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_account_costs_the_same_however_many_sessions(rows, ana, django_assert_num_queries):
    browser = [log_in(ana) for _ in range(rows)][-1]
    with django_assert_num_queries(
        8
    ):  # session, person with places, factors, sessions, which live, providers, unread, on call
        browser.get(reverse("teams:account"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        (CHROME, "Chrome on Windows"),
        (
            "Mozilla/5.0 (iPhone; CPU iPhone OS 18_0 like Mac OS X) Version/18.0 Mobile Safari/604.1",
            "Safari on an iPhone",
        ),
        ("Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0", "Firefox on Linux"),
        ("Mozilla/5.0 (Windows NT 10.0) Chrome/140.0 Safari/537.36 Edg/140.0", "Edge on Windows"),
        ("", "A browser"),
        ("<script>alert(1)</script>", "A browser"),
    ],
)
def test_a_browser_is_named_in_words_a_person_knows(said, words):
    assert device(said) == words
