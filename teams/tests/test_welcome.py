"""The first page of an empty installation, and that it is gone afterwards."""

import threading
from io import StringIO

import pytest
from django.core.cache import cache
from django.core.management import CommandError, call_command
from django.db import connection
from django.test import Client
from django.urls import reverse

from teams.founding import AlreadyFounded, Founder, found_first_team
from teams.models import Membership, Policy, Role, SlackConnection, Team, User
from teams.setup_code import is_needed, setup_code
from teams.tests.factories import TeamFactory

FORM = {
    "team_name": "Invented Realty",
    "zone": "America/Denver",
    "country": "US",
    "currency": "USD",
    "name": "Lee Sample",
    "email": "Lee@Example.com",
    "password": "seventeen blue doors",
}
LOOPBACK = ["localhost", "127.0.0.1", "[::1]"]
PAGE = "/welcome/"


@pytest.fixture
def at_home(settings, db):
    """An installation that only its own machine can reach."""
    settings.ALLOWED_HOSTS = LOOPBACK
    return Client(SERVER_NAME="localhost")


@pytest.fixture
def on_a_server(settings, db):
    settings.ALLOWED_HOSTS = ["baton.example.com"]
    cache.clear()
    return Client(SERVER_NAME="baton.example.com")


def test_an_empty_installation_leads_to_its_first_page(at_home):
    assert at_home.get("/")["Location"].startswith(reverse("account_login"))
    answer = at_home.get("/", follow=True)

    assert answer.redirect_chain[-1][0] == PAGE
    assert "Set up your team" in answer.content.decode()
    assert "code" not in answer.context["form"].fields


def test_it_makes_the_team_and_its_lead_and_signs_them_in(at_home):
    answer = at_home.post(PAGE, FORM)

    assert (answer.status_code, answer["Location"]) == (302, "/")
    place = Membership.objects.get()
    assert (place.role, place.user.email, place.user.name) == (Role.LEAD, "lee@example.com", "Lee Sample")
    assert place.user.check_password(FORM["password"])
    assert (place.team.name, place.team.slug, place.team.zone) == ("Invented Realty", "invented-realty", FORM["zone"])
    assert Policy.objects.filter(team=place.team).exists()
    assert SlackConnection.objects.filter(team=place.team).exists()
    assert at_home.get("/", follow=True).status_code == 200


def test_afterwards_the_page_is_gone_for_everybody(at_home, settings):
    at_home.post(PAGE, FORM)

    for browser in (at_home, Client(SERVER_NAME="localhost")):
        assert browser.get(PAGE).status_code == 404
        answer = browser.post(PAGE, FORM | {"email": "mallory@example.com"})
        assert (answer.status_code, answer["Location"]) == (302, reverse("account_login"))
    assert Team.objects.count() == User.objects.count() == 1
    assert Client(SERVER_NAME="localhost").get(reverse("account_login")).status_code == 200


@pytest.mark.parametrize(
    ("field", "value"),
    [("team_name", ""), ("team_name", "\u200b"), ("team_name", "a\nb"), ("zone", "Mars"), ("country", "XX"),
     ("currency", "ABC"), ("name", " "), ("email", "nobody"), ("password", "short"), ("password", "password"),
     ("password", "lee@example.com")],
)  # fmt: skip
def test_what_will_not_do_is_refused_where_it_is_wrong(field, value, at_home):
    answer = at_home.post(PAGE, FORM | {field: value})

    assert answer.status_code == 422
    assert answer.context["form"].errors[field]
    assert not Team.objects.exists()


def test_a_name_of_no_latin_letters_still_makes_a_team(at_home):
    assert at_home.post(PAGE, FORM | {"team_name": "家"}).status_code == 302
    assert Team.objects.get().slug == "team"


def test_an_address_from_the_command_line_is_not_taken_over(at_home):
    User.objects.create_superuser("lee@example.com", "a long test password", name="Ada")

    answer = at_home.post(PAGE, FORM)

    assert "has an account already" in str(answer.context["form"].errors["email"])
    assert not Team.objects.exists()


def test_a_server_that_others_can_reach_asks_for_the_code(on_a_server, settings):
    code = setup_code(settings.SECRET_KEY)

    for wrong in ({}, {"code": ""}, {"code": "AAA-AAA-AAA-AAA"}, {"code": code[:-1]}, {"code": "é"}):
        answer = on_a_server.post(PAGE, FORM | wrong)
        assert answer.status_code == 422
        assert answer.context["form"].errors["code"]
    assert not Team.objects.exists()

    assert on_a_server.post(PAGE, FORM | {"code": f" {code.lower().replace('-', ' ')} "}).status_code == 302
    assert Team.objects.exists()


def test_guessing_the_code_is_slowed_down(on_a_server, settings):
    for _ in range(10):
        on_a_server.post(PAGE, FORM | {"code": "AAA-AAA-AAA-AAA"})

    answer = on_a_server.post(PAGE, FORM | {"code": setup_code(settings.SECRET_KEY)})

    assert "Too many tries" in str(answer.context["form"].errors["code"])
    assert not Team.objects.exists()


def test_the_command_prints_the_code_until_there_is_a_team(db, settings):
    printed = StringIO()
    call_command("setup_code", stdout=printed)
    assert printed.getvalue().strip() == setup_code(settings.SECRET_KEY)

    TeamFactory()
    with pytest.raises(CommandError, match="a team already"):
        call_command("setup_code")


def test_the_code_belongs_to_the_key_and_tells_nothing_of_it():
    assert setup_code("one") != setup_code("two")
    assert setup_code("one") == setup_code("one")
    assert len(setup_code("one")) == 15


@pytest.mark.parametrize(
    ("hosts", "needed"),
    [(LOOPBACK, False), ([], False), (["baton.example.com"], True), ([*LOOPBACK, "10.0.0.7"], True), (["*"], True)],
)
def test_the_code_is_needed_where_more_than_this_machine_is_answered(hosts, needed):
    assert is_needed(hosts) is needed


@pytest.mark.django_db(transaction=True)
def test_of_two_who_found_at_once_one_does():
    outcomes, start = [], threading.Barrier(2)

    def found(number: int) -> None:
        start.wait()
        try:
            founder = Founder(f"Lee {number}", f"lee{number}@example.com", FORM["password"])
            found_first_team(
                name=f"Realty {number}", zone="America/Chicago", country="US", currency="USD", founder=founder
            )
            outcomes.append("founded")
        except AlreadyFounded:
            outcomes.append("too late")
        finally:
            connection.close()

    threads = [threading.Thread(target=found, args=(number,)) for number in (1, 2)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(timeout=20)

    assert sorted(outcomes) == ["founded", "too late"]
    assert Team.objects.count() == Membership.objects.count() == User.objects.count() == 1
