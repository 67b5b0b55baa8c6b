"""Signing in: second factors, the team's policy on them, sessions, limits, and people of two teams."""

import re
from datetime import timedelta

import pytest
from allauth.mfa.models import Authenticator
from allauth.mfa.recovery_codes.internal.auth import RecoveryCodes
from allauth.mfa.totp.internal import auth as totp
from allauth.usersessions.models import UserSession
from django.contrib.sessions.models import Session
from django.core.cache import cache
from django.db import connection
from django.test import Client
from django.urls import reverse
from django.utils import timezone
from zeal import zeal_ignore

from teams.models import Policy, Scope, SecondFactor, SettingChange, User
from teams.sessions import device
from teams.templatetags.look import clock, day
from teams.tests.factories import TeamFactory, UserFactory, agent, isa, lead
from teams.tokens import create_token

pytestmark = pytest.mark.django_db

PASSWORD = "a long test password"
CHROME = "Mozilla/5.0 (Windows NT 10.0; Win64; x64) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0 Safari/537.36"
LOGIN = "/accounts/login/"


@pytest.fixture(autouse=True)
def nobody_has_tried_yet(db):
    cache.clear()


@pytest.fixture
def team():
    return TeamFactory()


@pytest.fixture
def boss(team):
    return lead(team)


@pytest.fixture
def ana(team):
    return agent(team)


def log_in(person, browser=None, password=PASSWORD, **headers):
    browser = browser or Client()
    user = getattr(person, "user", person)
    with zeal_ignore():  # the sign-in itself tidies up after old sessions, one by one
        browser.answer = browser.post(LOGIN, {"login": user.email, "password": password}, **headers)
    return browser


def prove_again(browser):
    """What changes how one gets in asks for the password once more."""
    browser.post(reverse("account_reauthenticate"), {"password": PASSWORD})
    return browser


def is_in(browser) -> bool:
    return "_auth_user_id" in browser.session


def give_app(person):
    """Set up an authenticator app, and return its secret."""
    secret = totp.generate_totp_secret()
    totp.TOTP.activate(person.user, secret)
    return secret


def code_of(secret):
    step = next(totp.yield_hotp_counters_from_time())
    return totp.format_hotp_value(totp.hotp_value(secret, step))


def ask(team, whom) -> None:
    Policy.objects.filter(team=team).update(second_factor=whom)


# --- the second step --------------------------------------------------------------------------------------------------


def test_a_password_alone_does_not_open_an_account_with_an_app(ana):
    secret = give_app(ana)

    browser = log_in(ana)
    assert (browser.answer.status_code, browser.answer["Location"]) == (302, reverse("mfa_authenticate"))
    assert not is_in(browser)
    assert "Second step" in browser.get(reverse("mfa_authenticate")).content.decode()

    browser.post(reverse("mfa_authenticate"), {"code": "000000"})
    assert not is_in(browser)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    assert is_in(browser)


def test_a_recovery_code_opens_it_once(ana):
    give_app(ana)
    code = RecoveryCodes.activate(ana.user).generate_codes()[0]

    first, second = log_in(ana), log_in(ana)
    first.post(reverse("mfa_authenticate"), {"code": code})
    second.post(reverse("mfa_authenticate"), {"code": code})

    assert is_in(first)
    assert not is_in(second)


def test_guessing_the_six_digits_is_slowed_down(ana):
    secret = give_app(ana)
    browser = log_in(ana)
    for guess in range(6):
        browser.post(reverse("mfa_authenticate"), {"code": f"{guess:06}"})

    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})

    assert not is_in(browser)


@pytest.mark.parametrize(
    "route", ["mfa_index", "mfa_activate_totp", "mfa_add_webauthn", "mfa_list_webauthn", "account_email",
              "account_change_password", "teams:account", "socialaccount_connections"]
)  # fmt: skip
def test_each_page_of_the_account_is_in_our_look_and_runs_no_script_of_its_own(route, ana):
    browser = log_in(ana)

    answer = browser.get(reverse(route), follow=True)

    page = answer.content.decode()
    assert answer.status_code == 200
    assert 'class="rail ' in page or 'class="entrance"' in page
    assert "'unsafe" not in answer["Content-Security-Policy"]
    for opening in re.findall(r"<script[^>]*>", page):
        assert " src=" in opening or "application/json" in opening, opening
    assert " style=" not in page
    assert not re.search(r"\son\w+=", page)


def test_an_app_is_set_up_on_its_page_and_gives_recovery_codes(ana):
    browser = log_in(ana)
    assert browser.get(reverse("mfa_activate_totp"))["Location"].startswith(reverse("account_reauthenticate"))
    page = prove_again(browser).get(reverse("mfa_activate_totp"))
    secret = page.context["form"].secret

    answer = browser.post(reverse("mfa_activate_totp"), {"code": code_of(secret)}, follow=True)

    assert Authenticator.objects.filter(user=ana.user, type="totp").exists()
    assert "Recovery codes" in answer.content.decode()
    assert secret not in str(list(Authenticator.objects.values()))


# --- the team's policy ------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("whom", "boss_is_led", "ana_is_led"),
    [(SecondFactor.NOBODY, False, False), (SecondFactor.LEADS, True, False), (SecondFactor.EVERYONE, True, True)],
)
def test_who_has_none_is_led_to_set_it_up_before_anything_else(whom, boss_is_led, ana_is_led, team, boss, ana):
    ask(team, whom)

    for member, is_led in ((boss, boss_is_led), (ana, ana_is_led)):
        answer = log_in(member).get(reverse("teams:profile"))
        assert (answer.status_code == 302) is is_led
        if is_led:
            assert answer["Location"] == reverse("mfa_index")


def test_the_page_says_why_and_everything_opens_once_it_is_set_up(team, ana):
    ask(team, SecondFactor.EVERYONE)
    browser = log_in(ana)
    assert f"{team.name} asks you for a second step" in browser.get("/", follow=True).content.decode()
    assert browser.post(reverse("teams:change-person"), {"person-name": "X"})["Location"] == reverse("mfa_index")

    give_app(ana)

    assert browser.get(reverse("teams:profile")).status_code == 200
    assert "asks you for" not in browser.get(reverse("mfa_index")).content.decode()


def test_a_part_of_a_page_takes_the_whole_page_there(team, boss):
    ask(team, SecondFactor.EVERYONE)

    answer = log_in(boss).get(reverse("handoff:baton"), headers={"HX-Request": "true"})

    assert answer["HX-Redirect"] == reverse("mfa_index")


def test_api_tokens_are_not_asked(team, ana, client):
    ask(team, SecondFactor.EVERYONE)
    _, key = create_token(membership=ana, scopes=[Scope.READ], name="", at=timezone.now())

    assert client.get("/api/v1/me", headers={"Authorization": f"Bearer {key}"}).status_code == 200


def test_it_is_the_policy_of_the_team_one_acts_in(team, ana):
    elsewhere = isa(TeamFactory(), user=ana.user)
    ask(team, SecondFactor.EVERYONE)
    browser = log_in(ana)
    assert browser.get(reverse("teams:profile")).status_code == 302

    browser.post(reverse("teams:switch"), {"membership": elsewhere.pk})

    assert browser.get(reverse("teams:profile")).status_code == 200


def test_a_team_lead_asks_for_it_once_they_have_one_themselves(team, boss, ana):
    browser, page = log_in(boss), reverse("teams:signing-in")
    assert ana.user.name in browser.get(page).content.decode()

    refused = browser.post(page, {"second_factor": "everyone"})
    assert refused.status_code == 422
    assert "your own second step first" in str(refused.context["form"].errors)

    give_app(boss)
    assert browser.post(page, {"second_factor": "everyone"}).status_code == 302
    assert Policy.objects.get(team=team).second_factor == SecondFactor.EVERYONE
    assert SettingChange.objects.get(team=team).words == "Second step: everyone"


@pytest.mark.parametrize("value", ["", "all", "\x00"])
def test_a_policy_that_does_not_exist_is_refused(value, boss, team):
    give_app(boss)
    browser = Client()
    browser.force_login(boss.user)

    assert browser.post(reverse("teams:signing-in"), {"second_factor": value}).status_code == 422
    assert Policy.objects.get(team=team).second_factor == SecondFactor.NOBODY


def test_only_team_leads_see_and_set_the_policy(ana, team):
    for member in (ana, isa(team)):
        browser = log_in(member)
        assert browser.get(reverse("teams:signing-in")).status_code == 403
        assert browser.post(reverse("teams:signing-in"), {"second_factor": "everyone"}).status_code == 403
    assert Policy.objects.get(team=team).second_factor == SecondFactor.NOBODY


def test_the_last_second_step_stays_while_the_team_asks_for_one(team, ana):
    secret = give_app(ana)
    browser = log_in(ana)
    browser.post(reverse("mfa_authenticate"), {"code": code_of(secret)})
    ask(team, SecondFactor.EVERYONE)

    prove_again(browser).post(reverse("mfa_deactivate_totp"))
    assert Authenticator.objects.filter(user=ana.user, type="totp").exists()

    ask(team, SecondFactor.NOBODY)
    browser.post(reverse("mfa_deactivate_totp"))
    assert not Authenticator.objects.filter(user=ana.user, type="totp").exists()


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_of_the_policy_costs_the_same_however_many(rows, team, boss, django_assert_num_queries):
    for _ in range(rows):
        agent(team)
    browser = Client()
    browser.force_login(boss.user)
    with django_assert_num_queries(6):  # session, person with places, without one, has one, unread messages, transfer
        browser.get(reverse("teams:signing-in"))


# --- sessions ---------------------------------------------------------------------------------------------------------


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


# --- limits -----------------------------------------------------------------------------------------------------------


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


# --- another address, another team ------------------------------------------------------------------------------------


def test_a_new_address_counts_once_its_mail_was_answered(ana, mailoutbox):
    browser = log_in(ana)
    old = ana.user.email

    browser.post(reverse("account_email"), {"email": "new.ana@example.com", "action_add": ""})
    assert User.objects.get(pk=ana.user_id).email == old
    (mail,) = [each for each in mailoutbox if each.to == ["new.ana@example.com"]]
    link = re.search(r"https?://[^/]+(/accounts/confirm-email/\S+)", mail.body)
    assert link

    with zeal_ignore():
        assert "Is this your address?" in browser.get(link[1]).content.decode()
    assert User.objects.get(pk=ana.user_id).email == old
    with zeal_ignore():  # one address takes the other's place
        browser.post(link[1])

    assert User.objects.get(pk=ana.user_id).email == "new.ana@example.com"
    assert is_in(log_in(User.objects.get(pk=ana.user_id)))


def test_a_person_of_two_teams_finds_both_in_the_rail_and_switches(ana):
    elsewhere = lead(TeamFactory(name="Second Realty"), user=ana.user)
    browser = log_in(ana)

    page = browser.get(reverse("teams:profile")).content.decode()
    assert "Second Realty" in page
    assert f'value="{elsewhere.pk}"' in page

    answer = browser.post(reverse("teams:switch"), {"membership": elsewhere.pk}, follow=True)
    assert answer.context["membership"] == elsewhere
    assert answer.redirect_chain[-1][0] == reverse("handoff:day")


def test_a_person_of_one_team_is_offered_no_other(ana):
    assert reverse("teams:switch") not in log_in(ana).get(reverse("teams:profile")).content.decode()
