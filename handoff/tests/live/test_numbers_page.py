"""The page of measures, and the cases behind each of its numbers: for whom, and at what cost."""

from __future__ import annotations

import csv
import json
import re
from html import unescape
from io import StringIO
from typing import Any

import pytest
import time_machine
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from handoff.models.transfers import DropReason, PassReason
from handoff.numbers.forms import OWN_ONLY
from handoff.states import RingStatus, TransferStatus
from handoff.tests.live.counted import DAY, SECOND, TABLES, Desk
from handoff.tests.pages import signed_in
from leads.tests.factories import NOW
from teams.tests import factories as people
from teams.zones import zone

pytestmark = pytest.mark.django_db

NUMBERS, LIST, RINGS = (reverse(f"handoff:{name}") for name in ("transfer-numbers", "transfer-cases", "ring-cases"))
CASES_CSV, ANSWERS_CSV = reverse("handoff:transfer-cases-csv"), reverse("handoff:transfer-answers-csv")


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def desk():
    """One of each end: Isa One asked for all, Agent One took those that were taken, Agent Two passed or missed."""
    desk = Desk()
    desk.ring(desk.put(TransferStatus.CONNECTED), RingStatus.MISSED, agent=1)
    desk.put(TransferStatus.DROPPED, drop_reason=DropReason.LINE)
    desk.ring(desk.put(TransferStatus.EXPIRED), RingStatus.PASSED, agent=1, pass_reason=PassReason.DRIVING)
    desk.put(TransferStatus.CANCELLED)
    return desk


def look(member, address: str = NUMBERS, **asked: Any) -> str:
    return signed_in(member).get(address, asked).text


def figure(page: str, label: str) -> str:
    """The figure on the tile of that name; empty if there is no such tile."""
    found = re.search(rf'tile-label">{label}</span><span class="tile-figure">(\d+)<', page)
    return found.group(1) if found else ""


def links(page: str) -> list[tuple[str, str]]:
    """Every number that is a link of its own, and where it leads."""
    tiles = re.findall(r'<a class="tile" href="([^"]+)">.*?tile-figure">(\d+)<', page)
    cells = re.findall(r'<td class="num"[^>]*><a href="([^"]+)">(\d+)</a>', page)
    reasons = re.findall(r'<div class="row-main"><a href="([^"]+)">.*?<strong>(\d+)</strong>', page)
    return [(unescape(url), count) for url, count in [*tiles, *cells, *reasons]]


def table(answer: Any) -> list[dict[str, str]]:
    return list(csv.DictReader(StringIO(answer.getvalue().decode("utf-8-sig"))))


@pytest.mark.parametrize("answer", [RingStatus.TAKEN, RingStatus.CALLED_OFF, RingStatus.MISSED])
def test_each_count_of_rings_on_the_dashboard_opens_those_rings(desk, answer):
    for _ in range(3):
        desk.ring(desk.put(TransferStatus.CANCELLED), answer, agent=1)

    found = re.findall(r'href="(/numbers/transfers/rings/[^"]*answer=(\w+))">(\d+)</a>', look(desk.boss, "/numbers/"))

    assert answer in {said for _, said, _ in found}
    for url, _, count in found:
        assert f"<h1>{count} ring" in look(desk.boss, unescape(url))


def test_a_team_lead_sees_what_became_of_the_teams_transfers(desk):
    page = look(desk.boss)

    counts = {
        name: figure(page, name) for name in ("Requested", "Accepted", "Connected", "Nobody took it", "Cancelled")
    }
    assert counts == {"Requested": "4", "Accepted": "2", "Connected": "1", "Nobody took it": "1", "Cancelled": "1"}
    assert "1 of 4 of those that are over" in page
    assert "The call could not be put through" in page
    assert "Cannot talk now" in page


def test_every_number_opens_as_many_cases_as_it_says(desk):
    browser = signed_in(desk.boss)

    found = links(browser.get(NUMBERS).text)

    assert len(found) > 12
    for url, count in found:
        page = browser.get(url)
        assert page.status_code == 200
        assert re.search(rf"<h1>{count} (live transfer|ring)s?</h1>", page.text), url


def test_a_number_narrowed_to_one_isa_and_agent_opens_theirs(desk):
    desk.ring(desk.put(TransferStatus.CONNECTED, isa=1, agent=1), RingStatus.MISSED)
    browser, asked = signed_in(desk.boss), {"isa": desk.isas[1].pk, "agent": desk.agents[1].pk, "weeks": 4}

    found = links(browser.get(NUMBERS, asked).text)

    assert all(f"isa={desk.isas[1].pk}" in url and ("weeks=4" in url or "since=" in url) for url, _ in found)
    assert all(f"<h1>{count} " in browser.get(url).text for url, count in found)


def test_an_isa_sees_what_they_asked_for_and_an_agent_their_own_rings(desk):
    desk.put(TransferStatus.CONNECTED, isa=1, agent=1)

    of_isa, of_agent = look(desk.isas[1]), look(desk.agents[1])

    assert figure(of_isa, "Requested") == "1"
    assert "Agent One" not in of_isa.partition("How agents answer")[2]
    assert (figure(of_agent, "Requested"), figure(of_agent, "Accepted")) == ("", "1")
    assert "Your rings" in of_agent
    assert "Agent One" not in of_agent


@pytest.mark.parametrize("address", [NUMBERS, LIST, RINGS, CASES_CSV, ANSWERS_CSV, *TABLES.values()])
def test_another_team_sees_none_of_it_even_by_name(desk, address):
    browser, people_of_another = signed_in(people.lead()), {"isa": desk.isas[0].pk, "agent": desk.agents[0].pk}

    answers = [browser.get(address, asked) for asked in ({}, people_of_another)]

    assert [answer.status_code for answer in answers] == [200, 422]
    assert "ISA: Choose somebody of the team." in answers[1].getvalue().decode()
    for answer in answers:
        assert not any(name in answer.getvalue().decode() for name in ("Isa One", "Agent One", "Agent Two"))


def test_an_agent_who_asks_for_others_is_told_that_they_have_their_own(desk):
    one, two = desk.agents

    for address in (NUMBERS, RINGS, CASES_CSV, ANSWERS_CSV, *TABLES.values()):
        refused = signed_in(two).get(address, {"agent": one.pk})
        assert (refused.status_code, "Agent One" in refused.text) == (422, False)
        assert OWN_ONLY in unescape(refused.text)
    assert "Agent One" not in look(two, RINGS)
    assert [row["Agent"] for row in table(signed_in(two).get(ANSWERS_CSV))] == ["Agent Two"]


def test_an_agent_is_told_first_names_of_clients_they_did_not_take(desk):
    page = look(desk.agents[1], RINGS)

    client = desk.agents[1].rings.first().transfer.lead
    assert client.first_name in page
    assert client.name not in page
    assert client.name in look(desk.boss, RINGS)


def test_the_list_is_narrowed_by_what_became_of_them_and_says_so(desk):
    page = look(desk.boss, LIST, what="dropped", drop="line")

    assert "<h1>1 live transfer</h1>" in page
    assert "Dropped after accepting, The call could not be put through, requested" in page
    assert "No transfer is like that" in look(desk.boss, LIST, what="dropped", drop="not_now")


def test_what_makes_no_sense_is_refused_and_no_transfers_shown(desk):
    for asked in ({"weeks": "7"}, {"since": "2026-11-24"}, {"isa": "x"}, {"what": "moon"}, {"before": "0"}):
        answer = signed_in(desk.boss).get(LIST, asked)
        assert answer.status_code == 422
        assert "<h1>Live transfers</h1>" in answer.text
        assert 'data-label="Requested"' not in answer.text


def test_long_lists_come_in_pages_that_keep_the_choice(desk):
    for _ in range(51):
        desk.put(TransferStatus.EXPIRED)
    browser = signed_in(desk.boss)

    first = browser.get(LIST, {"what": "expired"})
    second = browser.get(LIST + first.context["older_url"])

    assert (len(first.context["rows"]), len(second.context["rows"])) == (50, 2)
    assert second.context["older_url"] is None
    assert "<h1>52 live transfers</h1>" in second.text
    assert browser.get(LIST + second.context["newer_url"]).context["rows"] == first.context["rows"]


def test_the_files_have_a_row_for_each_and_start_no_formula(desk):
    desk.agents[1].user.name = "=HYPERLINK(1)"
    desk.agents[1].user.save(update_fields=["name"])
    browser = signed_in(desk.boss)

    cases, answers = table(browser.get(CASES_CSV, {"what": "connected"})), table(browser.get(ANSWERS_CSV))

    assert [(row["Agent"], row["State"]) for row in cases] == [("Agent One", "Connected")]
    spans = [cases[0][f"Seconds to {step}"] for step in ("shown", "accepted", "connected")]
    assert spans == ["1.0", "10.0", "30.0"]
    assert cases[0]["Requested"] == NOW.astimezone(zone(desk.team.zone)).isoformat()
    assert [row["Agent"] for row in answers] == ["'=HYPERLINK(1)", "Agent One"]
    assert (answers[0]["Not answered"], answers[0]["Cannot talk now"], answers[1]["Accepted"]) == ("1", "1", "2")


def test_the_charts_have_the_weeks_and_the_seconds(desk):
    page = look(desk.boss)

    weeks, speed = (json.loads(page.partition(f'id="chart-{name}"')[2].partition(">")[2].partition("<")[0])
                    for name in ("weeks", "speed"))  # fmt: skip

    assert [dataset["data"][-1] for dataset in weeks["datasets"]] == [1, 1, 1, 1]
    assert [dataset["data"] for dataset in speed["datasets"]] == [[1.0, 10.0, 30.0], [1.0, 10.0, 30.0]]


def test_a_team_without_transfers_is_told_what_will_stand_here():
    boss = people.lead()

    assert "No live transfers in these days" in look(boss)
    assert "No transfer is like that" in look(boss, LIST)
    assert "No ring is like that" in look(boss, RINGS)


def test_the_pages_cost_the_same_however_many_transfers_and_people_there_are(desk):
    browser, costs = signed_in(desk.boss), []
    for _ in range(4):
        counted = []
        for address in (NUMBERS, LIST, RINGS, CASES_CSV, ANSWERS_CSV, *TABLES.values()):
            with CaptureQueriesContext(connection) as queries:
                browser.get(address).getvalue()
            counted.append(len(queries))
        costs.append(counted)
        desk.agents.append(people.agent(desk.team))
        taken = desk.put(TransferStatus.CONNECTED, agent=-1, at=NOW - DAY)
        desk.ring(taken, RingStatus.MISSED, agent=1)

    assert costs[0] == costs[3]
    assert max(costs[0]) <= 11, costs


class TestACourse:
    """The page of a transfer that is over."""

    def page(self, member, transfer) -> str:
        return look(member, reverse("handoff:transfer", args=[transfer.pk]))

    @pytest.fixture
    def dropped(self, desk):
        ended_at = NOW + 75 * SECOND
        dropped = desk.put(
            TransferStatus.DROPPED, shown=2, accepted=12, drop_reason=DropReason.NOT_NOW, ended_at=ended_at
        )
        desk.ring(dropped, RingStatus.PASSED, agent=1, after=7, pass_reason=PassReason.BUSY, note="Call me at six")
        return dropped

    def test_each_step_says_how_long_it_took_and_the_last_one_why(self, desk, dropped):
        for member in (desk.boss, desk.isas[0]):
            page = self.page(member, dropped)
            assert "Accepted by Agent One" in page
            assert "10 s later" in page
            assert "Dropped: The client does not want to talk now" in page
            assert "1 min 15 s" in page
            assert "Call me at six" in page

    def test_who_accepted_sees_the_steps_and_their_own_ring_alone(self, desk, dropped):
        page = self.page(desk.agents[0], dropped)

        assert "Step by step" in page
        assert "Call me at six" not in page

    def test_who_passed_sees_their_own_ring_alone(self, desk, dropped):
        page = self.page(desk.agents[1], dropped)

        assert "Step by step" not in page
        assert "Call me at six" in page
        assert "12 s" not in page

    def test_a_stranger_finds_nothing(self, dropped):
        other = signed_in(people.lead())

        assert other.get(reverse("handoff:transfer", args=[dropped.pk])).status_code == 404
