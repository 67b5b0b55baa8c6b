"""Limits: what guessing passwords leads to, and that nobody learns who has an account."""

import re
from datetime import timedelta

import pytest
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone

from config.tests.signing_in.entering import LOGIN, PASSWORD, is_in, log_in
from teams.models import User
from teams.tests.factories import UserFactory, isa

pytestmark = pytest.mark.django_db


def test_an_account_is_locked_after_five_wrong_passwords_from_wherever_they_come(ana):
    for number in range(5):
        log_in(ana, password="guess", REMOTE_ADDR=f"192.0.2.{number}")

    browser = log_in(ana, REMOTE_ADDR="192.0.2.200")

    assert not is_in(browser)
    assert "Too many failed login attempts" in str(browser.answer.context["form"].errors)


def test_it_opens_again_after_a_while(ana, time_machine):
    time_machine.move_to(timezone.now(), tick=True)
    for _ in range(5):
        log_in(ana, password="guess")
    assert not is_in(log_in(ana))

    time_machine.shift(timedelta(minutes=6))

    assert is_in(log_in(ana))


def test_an_address_that_tries_many_accounts_is_stopped(team):
    people = [isa(team) for _ in range(12)]
    for person in people[:10]:
        log_in(person, password="guess", REMOTE_ADDR="192.0.2.66")

    assert not is_in(log_in(people[10], REMOTE_ADDR="192.0.2.66"))
    assert is_in(log_in(people[11], REMOTE_ADDR="192.0.2.67"))


def test_a_header_that_anybody_can_write_moves_nobody_to_another_address(team):
    people = [isa(team) for _ in range(11)]
    for number, person in enumerate(people[:10]):
        log_in(person, password="guess", headers={"X-Forwarded-For": f"198.51.100.{number}"})

    assert not is_in(log_in(people[10], headers={"X-Forwarded-For": "198.51.100.200"}))


def test_behind_a_proxy_of_ours_visitors_are_told_apart(team, settings):
    settings.ALLAUTH_TRUSTED_PROXY_COUNT = 1
    people = [isa(team) for _ in range(12)]
    for person in people[:10]:
        log_in(person, password="guess", headers={"X-Forwarded-For": "made.up, 198.51.100.66"})

    assert not is_in(log_in(people[10], headers={"X-Forwarded-For": "198.51.100.66"}))
    assert is_in(log_in(people[11], headers={"X-Forwarded-For": "198.51.100.67"}))


def test_a_lock_out_says_the_same_of_people_who_do_not_exist(ana):
    stranger = UserFactory.build(email="nobody@example.com")
    words = []
    for person in (ana, stranger):
        cache.clear()
        words.append([str(log_in(person, password="guess").answer.context["form"].errors) for _ in range(7)])

    assert words[0] == words[1]


def test_the_admin_has_no_door_of_its_own(team):
    User.objects.create_superuser("ada@example.com", PASSWORD, name="Ada")
    browser = Client()

    answer = browser.post("/admin/login/", {"username": "ada@example.com", "password": PASSWORD})

    assert answer.status_code == 302
    assert answer["Location"].startswith(LOGIN)
    assert not is_in(browser)


def test_the_counts_lie_in_postgresql(ana):
    log_in(ana, password="guess")

    with connection.cursor() as cursor:
        cursor.execute("SELECT count(*) FROM cache_entries WHERE cache_key LIKE '%%login_failed%%'")
        assert cursor.fetchone()[0] > 0


def test_a_forgotten_password_is_answered_alike_for_everybody(ana):
    answers = [
        Client().post(reverse("account_reset_password"), {"email": email}, follow=True)
        for email in (ana.user.email, "nobody@example.com")
    ]

    bodies = [re.sub(r'csrf\w*" value="\w+"', "", answer.content.decode()) for answer in answers]
    assert answers[0].redirect_chain == answers[1].redirect_chain
    assert bodies[0] == bodies[1]
