"""Over-promises on the panel, in the settings and over the API."""

import json

import pytest
import time_machine
from django.urls import reverse

from handoff.models import PromiseAcknowledged
from handoff.overpromises.promises import promises_of
from handoff.tests.factories import NOW, ready
from handoff.tests.pages import HTMX, signed_in
from leads.notes import add_note
from teams.models import Policy, Scope, SettingChange
from teams.tests.factories import TeamFactory, agent, isa
from teams.tests.factories import lead as team_lead
from teams.tokens import create_token

pytestmark = pytest.mark.django_db

TEXT = "Loves Lakeview. We'll cover your closing costs, I said."


@pytest.fixture(autouse=True)
def at_ten_on_monday():
    with time_machine.travel(NOW, tick=False):
        yield


@pytest.fixture
def lead():
    lead = ready()
    add_note(lead=lead, text=TEXT, author=lead.isa, at=NOW)
    return lead


def mark_of(lead):
    return promises_of(lead)[0].mark


def post(member, lead, **body):
    return signed_in(member).post(reverse("handoff:stand-by", args=[lead.pk]), body, **HTMX)


def test_the_panel_marks_the_words_and_offers_both_ways(lead):
    page = signed_in(lead.isa).get(reverse("handoff:panel", args=[lead.pk]), **HTMX).content.decode()

    assert "<mark>We&#x27;ll cover your closing costs</mark>" in page
    assert f"{lead.get_absolute_url()}#notes" in page
    assert "I stand by it" in page
    assert "1 thing still missing" in page


def test_standing_by_it_opens_the_gate(lead):
    mark = mark_of(lead)

    answer = post(lead.isa, lead, mark=mark, **{f"why-{mark}": "The builder pays them"})

    assert answer.status_code == 200
    assert "All known" in answer.content.decode()
    assert PromiseAcknowledged.objects.get(lead=lead).reason == "The builder pays them"


@pytest.mark.parametrize(
    ("body", "words"),
    [
        ({}, "Say which text"),
        ({"mark": "0" * 64, f"why-{'0' * 64}": "x"}, "changed meanwhile"),
        ({"mark": "x"}, "Say why"),
    ],
    ids=["no text named", "another text", "no reason"],
)
def test_bad_input_is_answered_with_what_to_do(lead, body, words):
    answer = post(lead.isa, lead, **body)

    assert answer.status_code == 422
    assert words in answer.content.decode()
    assert not PromiseAcknowledged.objects.exists()


def test_colleagues_may_and_strangers_find_nothing(lead):
    mark = mark_of(lead)
    body = {"mark": mark, f"why-{mark}": "So agreed"}

    assert post(isa(TeamFactory.create()), lead, **body).status_code == 404
    assert post(agent(lead.team), lead, **body).status_code in {403, 404}
    assert not PromiseAcknowledged.objects.exists()
    assert post(team_lead(lead.team), lead, **body).status_code == 200


# --- Settings ---------------------------------------------------------------------------------------------------------


def test_the_team_lead_says_what_is_looked_for(lead):
    browser = signed_in(team_lead(lead.team))
    url = reverse("handoff:promises")

    page = browser.get(url).content.decode()
    answer = browser.post(url, {"kinds": ["rate", "price", "approval"], "words": "Best deal\n\n best deal \nNo risk"})

    assert page.count(" checked>") >= 4
    assert answer.status_code == 302
    ways = Policy.objects.get(team=lead.team)
    assert ways.promise_kinds_off == ["credit"]
    assert ways.promise_words == ["Best deal", "No risk"]
    assert SettingChange.objects.filter(team=lead.team, part="promises").exists()


@pytest.mark.parametrize("words", ["x" * 61, "\n".join(f"phrase {n}" for n in range(101)), "one\x00two"])
def test_phrases_that_nobody_could_use_are_refused_and_stand_on_the_page(lead, words):
    answer = signed_in(team_lead(lead.team)).post(reverse("handoff:promises"), {"words": words})

    assert answer.status_code == 422
    assert Policy.objects.get(team=lead.team).promise_words == []


# --- The API ----------------------------------------------------------------------------------------------------------


def _api(member, path, body=None):
    _, secret = create_token(membership=member, name="Test", scopes=[Scope.READ, Scope.LEADS], at=NOW)
    client = signed_in(member)
    client.logout()
    headers = {"HTTP_AUTHORIZATION": f"Bearer {secret}"}
    if body is None:
        return client.get(f"/api/v1/{path}", **headers)
    return client.post(f"/api/v1/{path}", json.dumps(body), content_type="application/json", **headers)


def test_programs_are_told_which_text_and_can_stand_by_it(lead):
    found = _api(lead.isa, f"leads/{lead.pk}/readiness").json()
    (missing,) = found["missing"]

    answer = _api(lead.isa, f"leads/{lead.pk}/promises", {"mark": missing["mark"], "reason": "So agreed"})

    assert missing["code"] == "over_promise"
    assert not found["ok"]
    assert answer.status_code == 200
    assert answer.json()["ok"]
    assert [warning["code"] for warning in answer.json()["warnings"]] == ["over_promise"]


def test_a_text_that_is_not_flagged_is_a_conflict(lead):
    answer = _api(lead.isa, f"leads/{lead.pk}/promises", {"mark": "0" * 64, "reason": "So agreed"})

    assert answer.status_code == 409
    assert answer.json()["code"] == "not_flagged"
