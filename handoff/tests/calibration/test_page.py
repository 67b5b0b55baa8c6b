"""The page, its files and its cases: what a team lead sees, and nobody else."""

from __future__ import annotations

import csv
import re
from datetime import timedelta
from html import unescape

import pytest
import time_machine
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from handoff.brief import read_brief
from handoff.calibration.forms import BEHIND
from handoff.models import Appointment
from handoff.states import ClientAnswer
from handoff.tests.counting import DAY, Place
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

PAGE, SHEET, CASES = "/numbers/calibration/", "/numbers/calibration/findings.csv", "/numbers/calibration/list/"
LINK = re.compile(r'<a href="(/numbers/calibration/list/\?[^"]*)">([\d,]+) [^<]*</a>')
MET_ON = NOW - 10 * DAY


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def place() -> Place:
    return Place()


def fill(place: Place, *, confirmed: tuple[int, int], silent: tuple[int, int]) -> None:
    """Put so many held and missed appointments of either kind, ten days ago."""
    for answer, numbers in ((ClientAnswer.CONFIRMED, confirmed), ("", silent)):
        for ending, number in zip(("held", "missed"), numbers, strict=True):
            for _ in range(number):
                handoff = place.put(ending, opened_at=MET_ON - DAY, source="Portal")
                Appointment.objects.filter(handoff=handoff).update(client_answer=answer)


def page_of(client: Client, address: str = PAGE, status: int = 200) -> str:
    answer = client.get(address)
    assert answer.status_code == status
    return unescape(answer.content.decode())


def test_with_nothing_it_is_quiet_in_a_kind_way(place):
    page = page_of(signed_in(place.boss))

    assert "Nothing yet, and that is as it should be." in page
    assert page.count("Too few yet: 0 of the 20") == 16
    assert '<svg class="whisker"' not in page


def test_a_difference_is_said_first_and_drawn_below(place):
    fill(place, confirmed=(24, 1), silent=(5, 20))

    page = page_of(signed_in(place.boss))

    assert (
        page.count("Confirmed appointments were held more often: 96% against 20%, a difference of at least 51 points.")
        == 2
    )
    assert "Among handoffs of the same method and source: 76 points more." in page
    assert page.count('<svg class="whisker"') >= 2
    assert "proves no cause" in page


def test_nineteen_of_a_group_say_nothing(place):
    fill(place, confirmed=(19, 0), silent=(0, 25))

    page = page_of(signed_in(place.boss))

    assert "Too few yet: 19 of the 20 that it takes in each group." in page
    assert "Nothing yet" in page


def test_every_count_opens_as_many_cases(place):
    fill(place, confirmed=(4, 1), silent=(2, 3))
    boss = signed_in(place.boss)

    links = LINK.findall(page_of(boss))

    assert len(links) > 8
    for address, number in links:
        cases = page_of(boss, address)
        assert f": {number}</h1>" in cases
        assert cases.count('data-label="Set"') == int(number)
        lines = boss.get(address.replace("list/", "list.csv")).getvalue().decode().splitlines()
        assert len(lines) == 1 + int(number)


def test_what_was_read_only_afterwards_was_not_read(place):
    early, late = (place.put("held", opened_at=MET_ON - DAY) for _ in range(2))
    read_brief(handoff=early, membership=early.agent, at=MET_ON - timedelta(hours=1))
    read_brief(handoff=late, membership=late.agent, at=MET_ON + timedelta(minutes=1))
    boss = signed_in(place.boss)

    assert early.lead.name in page_of(boss, f"{CASES}?weeks=26&what=read-yes-held-yes")
    assert late.lead.name in page_of(boss, f"{CASES}?weeks=26&what=read-no-held-yes")


def test_a_deal_of_last_week_is_too_young_to_count(place):
    place.put("held", opened_at=NOW - 8 * DAY, deal="signed")
    old = place.put("held", opened_at=NOW - 32 * DAY, deal="signed")

    cases = page_of(signed_in(place.boss), f"{CASES}?weeks=26&what=brief-bare-signed-yes")

    assert "Signed: 1</h1>" in cases
    assert old.lead.name in cases


def test_a_filter_holds_for_page_and_cases(place):
    fill(place, confirmed=(2, 1), silent=(1, 1))
    place.put("held", opened_at=MET_ON - DAY, source="Elsewhere", isa=1)
    boss = signed_in(place.boss)

    by_source = LINK.findall(page_of(boss, f"{PAGE}?source=Elsewhere"))
    by_isa = LINK.findall(page_of(boss, f"{PAGE}?isa={place.isas[1].pk}"))

    assert {number for _, number in by_source} == {number for _, number in by_isa} == {"1"}
    assert "source=Elsewhere" in by_source[0][0]


def test_the_team_lead_of_another_team_sees_nothing_of_it(place):
    fill(place, confirmed=(24, 1), silent=(5, 20))
    stranger = signed_in(people.lead())

    assert "Nothing yet" in page_of(stranger)
    assert "Held: 0</h1>" in page_of(stranger, f"{CASES}?what=confirmed-yes-held-yes")
    assert "Choose somebody of the team." in page_of(stranger, f"{PAGE}?isa={place.isas[0].pk}", 422)


@pytest.mark.parametrize("address", [PAGE, SHEET, f"{CASES}?what=read-no-held-no", "/numbers/calibration/list.csv"])
def test_isas_and_agents_are_told_that_it_is_the_team_leads(place, address):
    for member in (place.isas[0], place.agents[0]):
        client = signed_in(member)

        assert client.get(address).status_code == 403
        assert "/numbers/calibration/" not in client.get("/numbers/").content.decode()


def test_cases_of_nothing_that_there_is_are_none_and_the_page_says_so(place):
    boss = signed_in(place.boss)
    fill(place, confirmed=(2, 1), silent=(1, 2))

    for query in ("?what=read-maybe-held-no", ""):
        answer = boss.get(f"{CASES}{query}")
        assert (answer.status_code, list(answer.context["rows"])) == (422, [])
        assert "Cases: " in answer.text
    assert len(BEHIND) == 2 * 4 * (2 + 2 + 3 + 4)


def test_the_file_has_a_line_for_each_group(place):
    fill(place, confirmed=(24, 1), silent=(5, 20))

    answer = signed_in(place.boss).get(SHEET)

    text = answer.getvalue().decode().removeprefix("\ufeff")
    header, *lines = csv.reader(text.splitlines())
    rows = [dict(zip(header, line, strict=True)) for line in lines]
    assert len(rows) == 4 * (2 + 2 + 3 + 4)
    first = rows[0]
    assert (first["Group"], first["Came to it"], first["Did not"], first["Share"]) == ("Confirmed", "24", "1", "0.96")
    assert float(first["Share from"]) < 0.96 < float(first["Share to"])
    assert float(first["Difference from"]) > 0.4
    assert first["In words"].startswith("Confirmed appointments were held more often")


def test_days_in_the_wrong_order_are_refused(place):
    page = page_of(signed_in(place.boss), f"{PAGE}?since=2026-11-02&until=2026-11-01", 422)

    assert "Choose a first and a last day" in page


@pytest.mark.parametrize("address", [PAGE, f"{CASES}?what=confirmed-yes-held-yes"])
def test_the_page_costs_the_same_for_one_and_for_forty(place, address):
    boss = signed_in(place.boss)
    fill(place, confirmed=(1, 0), silent=(0, 0))

    def cost() -> int:
        with CaptureQueriesContext(connection) as queries:
            boss.get(address)
        return len(queries)

    cost()
    with_one = cost()
    fill(place, confirmed=(20, 9), silent=(5, 5))
    assert cost() == with_one <= 10


def test_it_loads_what_prints_and_nothing_that_draws_charts(place):
    page = signed_in(place.boss).get(PAGE).text

    assert re.search(r"js/printing[.\w]*\.?js", page)
    assert "js/chart_page" not in page
    assert "chart.umd" not in page
