"""Homes that a lead likes."""

import pytest
from django.urls import reverse

from leads.homes import change_home, save_home
from leads.models import Lead, SavedHome
from leads.models.homes import HomeStatus
from leads.queries.lead_page import homes_in, homes_of, with_homes
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import HOSTILE, HTMX, send, url
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

LISTING = "https://homes.example.com/12-invented-street"


def saved(lead, by=None, **said):
    return save_home(lead=lead, said={"address": "12 Invented Street"} | said, actor=by, at=NOW)


def post(client, lead, **said):
    data = {f"home-{name}": value for name, value in said.items()}
    return send(client, url("home", lead), data, HTMX)


def change(client, home, name="home-edit", **said):
    data = {f"home{home.pk}-{key}": value for key, value in said.items()}
    return send(client, reverse(f"leads:{name}", args=[home.lead_id, home.pk]), data, HTMX)


def test_a_home_is_kept_as_it_was_said(browser, lead, isa):
    answer = post(
        browser(isa),
        lead,
        address="12 Invented Street",
        url=LISTING,
        price="450k",
        beds="3",
        status="to_see",
        note="Yard",
    )

    home = SavedHome.objects.get()
    assert (home.address, home.url, home.price, home.beds) == ("12 Invented Street", LISTING, 450_000, 3)
    assert (home.status, home.note, home.added_by) == (HomeStatus.TO_SEE, "Yard", isa)
    assert "Wants to see it" in answer.text
    assert "$450k" in answer.text
    assert lead.activities.first().summary == "Saved home: 12 Invented Street"


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({}, "Write the address first."),
        ({"url": "javascript:alert(1)"}, "https://"),
        ({"url": "ftp://homes.example.com"}, "https://"),
        ({"url": "homes.example.com"}, "https://"),
        ({"price": "a lot"}, "Enter a price"),
        ({"beds": "100"}, "99"),
        ({"status": "sold"}, "valid choice"),
    ],
)
def test_what_cannot_be_kept_is_said(browser, lead, isa, said, words):
    answer = post(browser(isa), lead, **({"address": "12 Invented Street"} | said if said else {}))

    assert answer.status_code == 422
    assert words in answer.text
    assert not SavedHome.objects.exists()


@pytest.mark.parametrize("words", HOSTILE.values(), ids=HOSTILE)
def test_hostile_words_are_words_or_refused(browser, lead, isa, words):
    answer = post(browser(isa), lead, address=words, note=words, url=words)
    post(browser(isa), lead, address=words)

    assert answer.status_code == 422
    assert "<script>alert(1)" not in browser(isa).get(url("lead", lead)).text


def test_the_same_listing_again_changes_the_one_that_is_there(lead, isa):
    first = saved(lead, isa, url=LISTING)
    again = saved(lead, isa, url=LISTING, status=HomeStatus.SEEN)
    saved(lead, isa)

    assert again.pk == first.pk
    assert SavedHome.objects.count() == 2
    assert SavedHome.objects.get(pk=first.pk).status == HomeStatus.SEEN


def test_what_they_think_by_now_is_part_of_the_story(browser, lead, isa):
    home = saved(lead, isa)

    change(browser(isa), home, address=home.address, status="out")

    home.refresh_from_db()
    assert home.status == HomeStatus.OUT
    assert lead.activities.first().summary == "Home 12 Invented Street: ruled out"
    count = lead.activities.count()
    change_home(home=home, said={"status": HomeStatus.OUT}, actor=isa, at=NOW)
    assert lead.activities.count() == count


def test_those_ruled_out_come_last(lead):
    out, liked = saved(lead, status=HomeStatus.OUT, address="Out"), saved(lead, address="Liked")
    newest_out = saved(lead, status=HomeStatus.OUT, address="Newest out")

    assert homes_of(lead) == [liked, newest_out, out]
    read = with_homes(Lead.objects.filter(pk=lead.pk)).get()
    assert [(home.pk, home.address, home.created_at) for home in homes_in(read)] == [
        (home.pk, home.address, NOW) for home in (liked, newest_out, out)
    ]


def test_the_agent_of_a_lead_adds_and_takes_off_their_own(browser, lead, isa, agent):
    Lead.objects.filter(pk=lead.pk).update(owner=agent)
    client, of_isa = browser(agent), saved(lead, isa)

    assert post(client, lead, address="Agent's find").status_code == 200
    mine = SavedHome.objects.get(added_by=agent)
    assert change(client, of_isa, name="home-remove").status_code == 404
    assert change(client, mine, name="home-remove").status_code == 200
    assert list(SavedHome.objects.all()) == [of_isa]
    assert lead.activities.first().summary == "Home removed: Agent's find"


def test_a_stranger_and_an_agent_without_the_lead_find_nothing(browser, lead, isa, agent, stranger):
    home = saved(lead, isa)
    for who in (agent, stranger):
        client = browser(who)
        assert post(client, lead, address="x").status_code == 404
        assert client.get(reverse("leads:home-edit", args=[lead.pk, home.pk])).status_code == 404
        assert change(client, home, address="x").status_code == 404
        assert change(client, home, name="home-remove").status_code == 404
    assert SavedHome.objects.get().address == home.address


def test_a_home_of_another_lead_in_the_address_is_not_found(browser, lead, isa, team, stranger):
    own_other = saved(LeadFactory.create(team=team, isa=isa))
    foreign = saved(LeadFactory.create(team=stranger.team, isa=people.isa(stranger.team)))

    for home in (own_other, foreign):
        for name in ("home-edit", "home-remove"):
            address = reverse(f"leads:{name}", args=[lead.pk, home.pk])
            assert browser(isa).post(address, {f"home{home.pk}-address": "x"}).status_code == 404
    assert SavedHome.objects.count() == 2


def test_looking_changes_nothing_and_works_without_scripts(browser, lead, isa):
    home = saved(lead, isa, price=450_000)
    address = reverse("leads:home-edit", args=[lead.pk, home.pk])

    assert "450,000" in browser(isa).get(address).text
    assert "450,000" in browser(isa).get(address, headers=HTMX).text
    assert browser(isa).get(url("home", lead)).status_code == 405
    assert browser(isa).post(url("home", lead), {"home-address": "Plain"}).url == lead.get_absolute_url()
    home.refresh_from_db()
    assert home.price == 450_000
    assert SavedHome.objects.count() == 2


@pytest.mark.parametrize("rows", [1, 4])
def test_the_lead_page_costs_the_same_however_many_homes(browser, lead, isa, rows, django_assert_max_num_queries):
    for number in range(rows):
        saved(lead, isa, address=f"{number} Invented Street")
    client = browser(isa)
    client.get(url("lead", lead))

    with django_assert_max_num_queries(9):
        client.get(url("lead", lead))
