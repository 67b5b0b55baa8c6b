"""The files that come out: rows with problems, and the list of leads."""

import csv
import io

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from leads.models import Lead
from leads.states import Stage
from leads.tests.factories import NOW, LeadFactory
from leads.tests.importing.bringing import imported, table
from leads.tests.importing.pages import page
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def cells(response):
    text = b"".join(response.streaming_content).decode("utf-8-sig")
    return list(csv.reader(io.StringIO(text)))


def test_problem_rows_come_as_a_file_that_can_be_mended_and_brought_again(browser, boss):
    content = table(
        ["=Name", "Phone", "Email"],
        ["=cmd|' /C calc'!A0", "12", ""],
        ["Fine", "5125550123", ""],
        ["@SUM(A1)", "+1", "-x"],
        ["Twice", "5125550123", "\tx"],
    )
    of = imported(boss, content, columns=["name", "phone", "email"])

    answer = browser(boss).get(page("problems", of))

    assert answer["Content-Type"].startswith("text/csv")
    assert answer["Content-Disposition"] == 'attachment; filename="leads-problems.csv"'
    headers, *rows = cells(answer)
    assert headers == ["Row", "What became of it", "Why", "'=Name", "Phone", "Email"]
    assert [row[0] for row in rows] == ["2", "4", "5"]
    assert rows[0][3] == "'=cmd|' /C calc'!A0"
    assert rows[1][3:] == ["'@SUM(A1)", "'+1", "'-x"]
    assert rows[2][1] == "Duplicate, left out"
    assert not [cell for row in rows for cell in row if cell.startswith(("=", "+", "-", "@", "\t", "\r"))]


def test_the_list_goes_out_as_it_is_narrowed_and_comes_in_again(browser, boss, isa, agent, team, stranger):
    LeadFactory.create(team=stranger.team, isa=people.isa(stranger.team), first_name="Foreign")
    LeadFactory.create(team=team, isa=isa, first_name="New")
    lead = LeadFactory.create(
        team=team, isa=isa, owner=agent, first_name="=1+1", last_name="Example", phone="+15125550123",
        email="dana@example.com", source="Zillow", state="TX", stage=Stage.QUALIFIED,
    )  # fmt: skip
    lead.tags.create(name="VIP", created_at=NOW)

    answer = browser(boss).get(reverse("leads:export") + "?stage=qualified")
    text = b"".join(answer.streaming_content).decode()
    rows = list(csv.DictReader(io.StringIO(text.removeprefix("\ufeff"))))

    assert len(rows) == 1
    assert rows[0]["First name"] == "'=1+1"
    assert rows[0]["Phone"] == "'+15125550123"
    assert rows[0]["Assigned to"] == agent.user.email
    other = people.lead()
    again = imported(other, text)
    assert again.counts == {"create": 1}
    copy = Lead.objects.get(team=other.team)
    assert (copy.name, copy.source, copy.state, copy.stage) == ("=1+1 Example", "Zillow", "TX", Stage.QUALIFIED)
    assert str(copy.phones.get().number) == "+15125550123"
    assert copy.owner is None  # the agent is of another team
    assert [tag.name for tag in copy.tags.all()] == ["VIP"]


def test_the_export_reads_any_number_of_leads_in_few_queries(browser, boss, isa, team, monkeypatch):
    client = browser(boss)
    counts = []
    for _ in range(2):
        LeadFactory.create_batch(3, team=team, isa=isa)
        with CaptureQueriesContext(
            connection,
        ) as queries:
            rows = cells(client.get(reverse("leads:export")))
        counts.append(len(queries))
    assert len(rows) == 7
    assert counts[0] == counts[1]

    monkeypatch.setattr("leads.exporting.AT_ONCE", 2)
    assert cells(client.get(reverse("leads:export"))) == rows
