"""Every number of the dashboard opens its cases, and they are as many as it says."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape
from urllib.parse import parse_qs, urlsplit

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handoff.live.connecting import connect
from handoff.models import Deal, Outcome
from handoff.models.outcomes import Reason
from handoff.numbers.cases import LABELS, PAGE
from handoff.numbers.folding import fold_changes
from handoff.numbers.forms import OWN_ONLY
from handoff.tests.counting import DAY, ENDINGS, Place
from handoff.tests.factories import ready
from handoff.tests.live.ground import accepted, on_call, ringing, told
from handoff.tests.pages import signed_in
from leads.states import Via
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NUMBERS, CASES, SHEET = "/numbers/", "/numbers/cases/", "/numbers/cases.csv"
LINK = re.compile(r'<a[^>]*href="(/numbers/cases/\?[^"]*)"[^>]*>(.*?)</a>', re.DOTALL)


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place() -> Place:
    """A team of whose handoffs each ending occurs, with and without a source and an area, weeks apart."""
    place = Place()
    for n, ending in enumerate([*ENDINGS, *ENDINGS, *ENDINGS]):
        place.put(
            ending,
            isa=n % 2,
            agent=n // 2 % 2,
            opened_at=NOW - n * 2 * DAY,
            lasts=timedelta(hours=3 + 9 * n),
            is_good=n % 3 != 0,
            due_in=(n % 2 * 2 - 1) * DAY,
            deal=("", "signed", "closed")[n % 3],
            source=("", "Portal", "Referral & friends")[n % 3],
            area=("", "Lakeview")[n % 2],
        )
    for outcome, reason in zip(Outcome.objects.filter(is_good=False).order_by("pk"), Reason, strict=False):
        Outcome.objects.filter(pk=outcome.pk).update(reason=reason)
    lead = ready(place.team, isa=place.isas[0])
    agent = on_call(lead)
    transfer = told(accepted(ringing(lead), agent))
    connect(transfer=transfer, actor=transfer.setter, via=Via.PAGE, at=NOW + timedelta(seconds=40))
    return place


def links_of(page: str) -> dict[str, int]:
    """The addresses of cases on a page, each with the number that is pressed: of a share what it is of.

    Percentages and sums of money are left out.
    """
    found = {}
    for url, inside in LINK.findall(page):
        figure = re.search(r'tile-figure">([^<]*)<', inside)
        words = figure.group(1) if figure else inside.strip()
        number = re.match(r"(?:[\d,]+ )?of ([\d,]+)", words) or re.match(r"([\d,]+)(?: (?!s$|min)|$)", words)
        if number:
            found[unescape(url)] = int(number.group(1).replace(",", ""))
    return found


def lines_of(client: Client, url: str) -> int:
    answer = client.get(url.replace(CASES, SHEET))
    assert answer.status_code == 200
    return len(answer.getvalue().decode().splitlines()) - 1


@pytest.mark.parametrize(
    "narrowed", ["", "&by=held", "&source=-", "&since=2026-10-28&until=2026-11-25", "&beside=year"]
)
def test_every_number_opens_as_many_cases_as_it_says(place, narrowed):
    fold_changes(at=NOW)
    place.put("held", opened_at=NOW)  # not folded yet
    client = signed_in(place.boss)
    page = client.get(f"{NUMBERS}?weeks=13{narrowed}&all=1")
    assert page.status_code == 200
    links = links_of(page.text)

    assert len(links) >= 40
    assert {parse_qs(urlsplit(url).query)["what"][0] for url in links} >= {
        "handed",
        "set",
        "held",
        "good",
        "closed",
        "met",
        "no_show",
        "late",
        "overdue",
        "contracted",
        "live",
    }
    wrong = {url: (number, lines) for url, number in links.items() if (lines := lines_of(client, url)) != number}
    assert not wrong


@pytest.mark.parametrize("by", ["set", "held"])
def test_the_count_above_the_list_is_that_of_the_list(place, by):
    client = signed_in(place.boss)
    for what, label in LABELS.items():
        page = client.get(CASES, {"what": what, "by": by, "weeks": 26}).text
        said = re.search(r"<h1>(.*?): ([\d,]+)</h1>", page)
        assert said
        assert unescape(said.group(1)) == label
        lines = lines_of(client, f"{CASES}?what={what}&by={by}&weeks=26")
        assert int(said.group(2)) == page.count('<th scope="row">') == lines, what


def test_each_bar_of_the_speed_opens_those_who_waited_so_long(place):
    client = signed_in(place.boss)

    found = [lines_of(client, f"{CASES}?what=connected&speed={bar}") for bar in range(7)]

    assert found == [0, 0, 1, 0, 0, 0, 0]
    assert "Put through in 30-60 s: 1" in client.get(CASES, {"what": "connected", "speed": "2"}).text


def test_what_deals_brought_adds_up_to_the_commission_that_opens_them(place):
    for member in (place.boss, place.isas[0], place.agents[1]):
        client, viewed = signed_in(member), place.numbers(member, since=NOW.date() - 90 * DAY)
        rows = list(csv.DictReader(client.get(f"{SHEET}?what=closed&weeks=13").getvalue().decode().splitlines()))
        page = client.get(CASES, {"what": "closed", "weeks": 13}).text

        assert sum(int(row["Commission"]) for row in rows) == viewed.total.commission > 0
        assert {row["Closed on"] for row in rows} == {"2026-11-23"}
        shown = [f"${int(row['Commission']):,}" for row in rows]
        assert re.findall(r'data-label="Commission">(.*?)</td>', page) == shown
        assert page.count('data-label="Closed">Nov 23, 2026') == len(rows)


def test_another_isas_commission_is_in_nobodys_list_but_theirs_and_the_team_leads(place):
    brought = place.put("held", isa=0, deal="closed", opened_at=NOW).deal.commission
    [isa, other] = place.isas

    for what in ("signed", "contracted", "closed"):
        asked = {"what": what, "isa": isa.pk}
        assert f"${brought:,}" in signed_in(isa).get(CASES, asked).text
        assert f"${brought:,}" in signed_in(place.boss).get(CASES, asked).text
        assert f"${brought:,}" not in signed_in(other).get(CASES, asked).text


def test_a_deal_whose_commission_nobody_said_says_so(place):
    Deal.objects.update(commission=None)

    assert "not said" in signed_in(place.boss).get(CASES, {"what": "signed"}).text


def test_pages_go_on_where_the_one_before_ended(place):
    for n in range(PAGE + 7):
        place.put("held", opened_at=NOW - timedelta(hours=n), isa=1)
    client, url, seen = signed_in(place.boss), f"{CASES}?what=held&isa={place.isas[1].pk}&weeks=13", []
    while url:
        page = client.get(url).text
        seen += re.findall(r'<th scope="row"><a href="([^"]*)"', page)
        older = re.search(r'href="([^"]*)" rel="next"', page)
        url = CASES + unescape(older.group(1)) if older else ""

    assert len(seen) == len(set(seen)) == lines_of(client, f"{CASES}?what=held&isa={place.isas[1].pk}&weeks=13")
    assert len(seen) > PAGE


def test_people_open_their_own_cases_and_a_stranger_none(place):
    [isa, other], agent = place.isas, place.agents[0]
    everything = lines_of(signed_in(place.boss), f"{CASES}?weeks=26")
    of_isa = lines_of(signed_in(isa), f"{CASES}?weeks=26")

    assert of_isa == lines_of(signed_in(place.boss), f"{CASES}?weeks=26&isa={isa.pk}") < everything
    assert lines_of(signed_in(other), f"{CASES}?weeks=26") == everything - of_isa
    refused = signed_in(other).get(f"{SHEET}?weeks=26&isa={isa.pk}")
    assert (refused.status_code, refused.text.startswith(OWN_ONLY)) == (422, True)
    assert lines_of(signed_in(agent), f"{CASES}?weeks=26") == lines_of(
        signed_in(place.boss), f"{CASES}?weeks=26&agent={agent.pk}"
    )
    assert lines_of(signed_in(people.lead()), f"{CASES}?weeks=26") == 0


@pytest.mark.parametrize(
    "wrong", [{"what": "moon"}, {"speed": "9"}, {"after": "2026-99-99.1"}, {"after": "x"}, {"isa": "7777777"}]
)
def test_what_makes_no_sense_is_refused(place, wrong):
    answer = signed_in(place.boss).get(CASES, wrong)

    assert answer.status_code == 422
    assert 'role="alert"' in answer.text


@pytest.mark.parametrize("what", ["handed", "closed"])
def test_the_list_costs_the_same_however_long(place, what):
    client, costs = signed_in(place.boss), []
    for _ in range(2):
        with CaptureQueriesContext(connection) as queries:
            client.get(CASES, {"weeks": 26, "what": what})
        costs.append(len(queries))
        for n in range(20):
            place.put("held", opened_at=NOW - n * DAY, deal="closed")

    assert costs[0] == costs[1]
    assert costs[0] <= 10
