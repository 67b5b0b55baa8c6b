"""What the list of deals is narrowed to: on the page, its tiles and its file, by one choice in the address."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qsl, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.deals.queries import PAGE
from handoff.models import Deal, Handoff
from handoff.numbers.folding import fold_changes
from handoff.numbers.forms import OWN_ONLY
from handoff.states import Method
from handoff.tests.counting import Place
from handoff.tests.pages import signed_in
from leads.models import Lead
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

DEALS, FILE = reverse("handoff:deals"), reverse("handoff:deals-csv")


@pytest.fixture(autouse=True)
def now():
    with time_machine.travel(NOW, tick=False):
        yield


def day(number: int) -> str:
    """So many days after the deals were signed."""
    return (NOW.date() + timedelta(days=number)).isoformat()


@pytest.fixture
def place():
    """Six deals, by name: three signed, one each under contract, closed and lost, on days of their own."""
    place = Place()
    put = {
        "first": place.put("held", deal="signed", source="Portal"),
        "second": place.put("held", deal="signed", isa=1, agent=1, source="Referral"),
        "live": place.put("direct reported", deal="signed", isa=1, source="Portal"),
        "contract": place.put("held", deal="under_contract", agent=1),
        "closed": place.put("held", deal="closed", source="Portal"),
        "lost": place.put("held", deal="lost", isa=1, source="Referral"),
    }
    Handoff.objects.filter(pk=put["live"].pk).update(method=Method.LIVE)
    for name, handoff in put.items():
        Lead.objects.filter(pk=handoff.lead_id).update(first_name=name, last_name="Deal")
    days = {"second": {"signed_on": day(5)}, "contract": {"under_contract_on": day(3)}}
    for name, when in (days | {"closed": {"closed_on": day(7)}, "lost": {"lost_on": day(9)}}).items():
        Deal.objects.filter(handoff=put[name]).update(**when)
    return place


def listed(member, **asked) -> list[str]:
    """The first names of the clients on the page."""
    answer = signed_in(member).get(DEALS, asked)
    assert answer.status_code == 200, answer.content.decode()
    return re.findall(r'row-link"[^>]*>(\w+) Deal</a>', answer.text)


def filed(member, **asked) -> list[str]:
    """Those in the file."""
    lines = signed_in(member).get(FILE, asked).getvalue().decode("utf-8-sig").splitlines()
    return [row["Client"].split()[0] for row in csv.DictReader(lines)]


def tiles(page: str) -> dict[str, tuple[int, dict[str, str]]]:
    """Each tile's figure, and what its address asks for."""
    found = re.findall(r'class="tile" href="([^"]*)".*?tile-label">(.*?)<.*?tile-figure">(\d+)<', page)
    return {label: (int(number), dict(parse_qsl(urlsplit(unescape(url)).query))) for url, label, number in found}


@pytest.mark.parametrize(
    ("asked", "names"),
    [
        ({}, {"first", "second", "live", "contract", "closed", "lost"}),
        ({"agent": 1}, {"second", "contract"}),
        ({"isa": 1}, {"second", "live", "lost"}),
        ({"isa": 1, "agent": 0}, {"live", "lost"}),
        ({"method": "live"}, {"live"}),
        ({"source": "Portal"}, {"first", "live", "closed"}),
        ({"source": "-"}, {"contract"}),
        ({"source": "Portal", "status": "signed"}, {"first", "live"}),
        ({"status": "lost", "isa": 0}, set()),
        ({"since": day(5), "until": day(7)}, {"second", "closed"}),
        ({"since": day(7)}, {"closed", "lost"}),
        ({"until": day(0)}, {"first", "live"}),
        ({"since": day(1), "agent": 0, "source": "Referral"}, {"lost"}),
    ],
)
def test_the_page_and_the_file_have_the_deals_of_which_all_is_true(place, asked, names):
    keys = {"isa": place.isas, "agent": place.agents}
    asked = {name: keys[name][value].pk if name in keys else value for name, value in asked.items()}

    assert sorted(listed(place.boss, **asked)) == sorted(names)
    assert listed(place.boss, **asked) == filed(place.boss, **asked)


def test_the_source_is_the_one_at_the_handoff_whatever_the_lead_says_now(place):
    Lead.objects.filter(team=place.team).update(source="Bought list")

    assert sorted(listed(place.boss, source="Referral")) == ["lost", "second"]
    assert listed(place.boss, source="Bought list") == []


def test_tiles_count_within_the_other_filters_and_keep_them(place):
    portal = {"source": "Portal", "since": day(0), "until": day(7)}

    page = signed_in(place.boss).get(DEALS, portal | {"status": "closed"}).text

    found = tiles(page)
    assert {label: number for label, (number, _) in found.items()} == {
        "Signed": 2, "Under contract": 0, "Closed": 1, "Lost": 0,
    }  # fmt: skip
    assert found["Signed"][1] == portal | {"status": "signed"}
    assert sorted(listed(place.boss, **found["Signed"][1])) == ["first", "live"]
    commission = Deal.objects.get(status="closed").commission
    assert f"${commission:,} commission" in page


def test_each_thing_that_is_chosen_is_taken_back_alone(place):
    ana = place.agents[1]
    asked = {"status": "signed", "method": "scheduled", "agent": str(ana.pk), "source": "Referral"}
    asked |= {"since": day(5), "until": day(5)}

    page = signed_in(place.boss).get(DEALS, asked).text

    chips = re.findall(r'class="numbers-chip" href="([^"]*)">(.*?) <', page)
    without = {words: set(asked) - set(dict(parse_qsl(urlsplit(unescape(url)).query))) for url, words in chips}
    on = f"{NOW:%b} {int(day(5)[-2:])}"
    assert without == {
        "Signed": {"status"},
        "Scheduled appointment": {"method"},
        f"Agent: {ana.user.name}": {"agent"},
        "Source: Referral": {"source"},
        f"Days: {on} to {on}, {NOW.year}": {"since", "until"},
    }
    assert f'<a class="small" href="{DEALS}">Show all</a>' in page
    assert "Show all" not in signed_in(place.boss).get(DEALS).text


def test_a_page_leads_on_to_the_rest_of_the_same_choice_and_to_all_of_it_as_a_file(place):
    for n in range(8):
        place.put("held", deal=("signed", "closed")[n % 2], isa=n // 2 % 2, source=("Portal", "Radio")[n // 4])
    for _ in range(PAGE):
        place.put("held", deal="signed", source="Portal")
    wanted = Deal.objects.filter(status="signed", handoff__source="Portal", handoff__setter=place.isas[0])
    client, seen = signed_in(place.boss), []
    address = f"{DEALS}?source=Portal&isa={place.isas[0].pk}&status=signed&since={day(0)}"
    while address:
        page = client.get(address).text
        seen += re.findall(r'row-link" href="([^"]*)"', page)
        file = unescape(re.search(r'href="([^"]*)" download', page).group(1))
        older = re.search(r'href="([^"]*)" rel="next"', page)
        address = unescape(older.group(1)) if older else ""

    assert len(seen) == len(set(seen)) == wanted.count() > PAGE
    assert set(seen) == {reverse("handoff:deal", args=[each.handoff_id]) for each in wanted}
    assert client.get(file).getvalue().decode().count("\n") == 1 + wanted.count()


def test_isas_and_agents_narrow_their_own_and_are_told_that_others_are_not_theirs(place):
    isa, agent = place.isas[1], place.agents[1]
    assert sorted(listed(isa, source="Referral")) == sorted(listed(isa, source="Referral", isa=isa.pk))
    assert sorted(listed(isa, source="Referral")) == ["lost", "second"]
    assert listed(isa, agent=agent.pk) == ["second"]
    assert listed(agent, method="scheduled", status="signed", agent=agent.pk) == ["second"]

    for member, asked in (
        (isa, {"isa": place.isas[0].pk}),
        (agent, {"agent": place.agents[0].pk}),
        (agent, {"isa": isa.pk}),
        (agent, {"isa": "nobody"}),
    ):
        page, file = signed_in(member).get(DEALS, asked), signed_in(member).get(FILE, asked)
        assert (page.status_code, file.status_code) == (422, 422)
        assert OWN_ONLY in unescape(page.text)
        assert OWN_ONLY in file.text
        assert " Deal" not in page.text + file.text
        assert "tile-figure" not in page.text
        assert ('name="agent"' in page.text) == member.is_isa
        assert 'name="isa"' not in page.text


def test_somebody_of_another_team_cannot_be_told_from_nobody(place):
    for name, stranger in (("isa", people.isa()), ("agent", people.agent())):
        told = [signed_in(place.boss).get(DEALS, {name: pk}) for pk in (stranger.pk, 10**9)]
        assert [each.status_code for each in told] == [422, 422]
        assert all("Choose somebody of the team." in each.text for each in told)
        assert all("row-link" not in each.text for each in told)
        assert stranger.user.name not in told[0].text


@pytest.mark.parametrize(
    "asked",
    [
        {"status": "won"}, {"status": "\x00"}, {"method": "pigeon"}, {"method": "\x00"}, {"source": "a\x00b"},
        {"source": "x" * 61}, {"isa": "\x00"}, {"isa": "0"}, {"agent": str(2**63)}, {"agent": "9" * 5000},
        {"since": day(3), "until": day(2)}, {"since": "1999-12-31"}, {"until": "2100-01-01"}, {"since": "0001-01-01"},
        {"until": "9999-12-31"}, {"since": "2026-02-30"}, {"since": "\x00"}, {"before": "2026-13-01.1"},
        {"before": "\x00"},
    ],
)  # fmt: skip
def test_what_makes_no_sense_is_said_and_shows_no_deal(place, asked):
    page, file = signed_in(place.boss).get(DEALS, asked), signed_in(place.boss).get(FILE, asked)

    assert (page.status_code, file.status_code) == (422, 422)
    assert 'role="alert"' in page.text
    assert "<details open>" in page.text
    assert "row-link" not in page.text
    assert "tile-figure" not in page.text
    assert " Deal" not in file.text


@pytest.mark.parametrize("before", ["x", "2026-13-01.1", "\0"])
@pytest.mark.parametrize(
    ("path", "name"),
    [(DEALS, "before"), ("/numbers/cases/", "after"), ("/numbers/transfers/list/", "before"), ("/baton/", "after")],
)
def test_a_page_that_is_none_is_called_a_page(place, path, name, before):
    answer = signed_in(place.boss).get(path, {name: before})

    assert re.findall(r"<p>(Page: .*?)</p>", answer.text) == ["Page: There is no such page."]


def test_days_that_are_wrong_stand_in_the_form_to_be_mended(place):
    page = signed_in(place.boss).get(DEALS, {"since": day(3), "until": day(2), "status": "lost"}).text

    assert "Choose a first and a last day, in this order." in page
    assert re.findall(r'class="numbers-chip" href="[^"]*">(.*?) <', page) == ["Lost"]
    assert f'name="since" id="id_since" value="{day(3)}"' in page
    assert '<input type="hidden" name="status" value="lost">' in page


def test_sources_are_offered_from_where_ones_own_clients_came(place):
    fold_changes(at=NOW)

    def offered(member, **asked) -> list[str]:
        page = signed_in(member).get(DEALS, asked).text
        return re.findall(r'<option value="([^"]*)"', page.partition('name="source"')[2].partition("</select>")[0])

    assert offered(place.boss) == ["", "-", "Portal", "Referral"]
    assert offered(place.agents[1]) == ["", "-", "Referral"]
    assert offered(place.isas[1]) == ["", "Portal", "Referral"]
    assert offered(place.boss, source="Radio") == ["", "-", "Portal", "Referral", "Radio"]
    assert offered(people.lead()) == [""]


def test_a_choice_that_nothing_is_like_says_so(place):
    assert "No deal is like that" in signed_in(place.boss).get(DEALS, {"source": "Radio"}).text
    assert "No deals here yet" in signed_in(people.lead()).get(DEALS).text


def test_however_much_is_narrowed_it_costs_as_many_queries(place):
    whole = asked(place.boss)
    narrow = {"isa": place.isas[0].pk, "agent": place.agents[0].pk, "method": "scheduled", "source": "Portal"}
    for n in range(6):
        place.put("held", deal=("signed", "closed")[n % 2], source="Portal", isa=n % 2)

    assert asked(place.boss, **narrow, since=day(0), until=day(9), status="closed") == whole


def asked(member, **choice) -> int:
    client = signed_in(member)
    with CaptureQueriesContext(connection) as queries:
        assert client.get(DEALS, choice).status_code == 200
    return len(queries)


def test_the_numbers_lead_to_the_deals_of_the_same_people_and_back(place):
    isa, agent = place.isas[1], place.agents[0]
    asked = {"isa": str(isa.pk), "agent": str(agent.pk), "source": "Referral"}

    def link(member, path, words, **asked) -> tuple[str, dict[str, str]]:
        page = signed_in(member).get(path, asked).text
        url = urlsplit(unescape(re.findall(rf'href="([^"]*)">(?:<svg.*?</svg>)? ?{words}</a>', page)[-1]))
        return url.path, dict(parse_qsl(url.query))

    assert link(place.boss, "/numbers/", "Deals", **asked, weeks="13", by="held") == (DEALS, asked)
    hers = {"agent": str(agent.pk), "source": "Referral"}
    assert link(isa, "/numbers/", "Deals", **hers) == (DEALS, hers)
    assert link(place.boss, DEALS, "Numbers", **asked, status="lost", since=day(1)) == ("/numbers/", asked)
