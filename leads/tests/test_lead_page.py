"""The ISA's screen: who may see it, and what it shows."""

import json

import pytest
from django.urls import reverse

from leads.collaborating import collaborate
from leads.models import Activity, Lead, StageChange
from leads.notes import add_note
from leads.queries.lead_page import TIMELINE_ROWS
from leads.states import Stage, Via
from leads.tags import add_tag
from leads.tests.factories import NOW, RECORDING, ready_lead
from leads.tests.pages import HTMX, post, url
from leads.timeline import record
from leads.todo import add_task
from teams.tests import factories as people
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db

#: Every address of one lead, and what is sent there.
ACTIONS = {
    "answers": {"side": "buy"},
    "edit": {"phone": "+15125550123", "first_name": "Dana", "zone": "America/Chicago", "language": "en"},
    "phone": {"phone": "+15125550177"},
    "verify": {"what": "phone", "value": "+15125550123"},
    "call": {"took": "no_answer"},
    "recording": {"kind": "to_follow"},
    "note": {"text": "Prefers texts"},
    "tag": {"name": "relocating"},
    "tag-remove": {"name": "relocating"},
    "stage": {"to": "nurture"},
}
READ_BY_AGENTS = ("lead", "contact", "head", "timeline")
DONE_BY_AGENTS = ("call", "note", "stage")


# --- Who may ----------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize("name", READ_BY_AGENTS)
def test_isa_team_lead_and_the_agent_of_a_lead_read_its_page(browser, lead, boss, agent, name):
    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)

    for member in (lead.isa, people.isa(lead.team), boss, agent):
        assert browser(member).get(url(name, lead), headers=HTMX).status_code == 200


@pytest.mark.parametrize("name", [*READ_BY_AGENTS, *ACTIONS])
def test_to_a_stranger_the_lead_does_not_exist(browser, lead, agent, stranger, name):
    def status(member):
        client = browser(member)
        return client.get(url(name, lead)) if name in READ_BY_AGENTS else client.post(url(name, lead), ACTIONS[name])

    assert status(stranger).status_code == 404
    assert status(agent).status_code == (404 if name in (*READ_BY_AGENTS, *DONE_BY_AGENTS) else 403)
    assert not StageChange.objects.exists()
    assert Activity.objects.filter(lead=lead).count() == 1


@pytest.mark.parametrize("name", ACTIONS)
def test_an_agent_notes_calls_and_moves_but_does_not_qualify(browser, lead, agent, name):
    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)

    response = post(browser(agent), name, lead, ACTIONS[name])

    assert response.status_code == (200 if name in DONE_BY_AGENTS else 403)


@pytest.mark.parametrize("name", ACTIONS)
def test_an_isa_does_all_of_it_and_the_panel_is_told(browser, lead, name):
    response = post(browser(lead.isa), name, lead, ACTIONS[name])

    if name == "answers":
        assert response.status_code == 302  # sent without scripts
    else:
        assert response.status_code == 200
        assert response.headers["HX-Trigger"] == "lead-saved"


@pytest.mark.parametrize("name", ACTIONS)
def test_all_of_it_works_without_scripts(browser, lead, name):
    response = browser(lead.isa).post(url(name, lead), ACTIONS[name], follow=True)

    assert response.redirect_chain == [(url("lead", lead), 302)]
    assert response.status_code == 200


@pytest.mark.parametrize("name", ACTIONS)
def test_nothing_changes_by_looking(browser, lead, name):
    response = browser(lead.isa).get(url(name, lead))

    assert response.status_code == (200 if name == "edit" else 405)


def test_an_agent_reads_the_letters_but_cannot_type_in_them(browser, lead, agent):
    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)

    page = browser(agent).get(url("lead", lead)).content.decode()

    assert "<fieldset disabled>" in page
    assert "data-autosave=" not in page


# --- What it shows ----------------------------------------------------------------------------------------------------


def test_the_page_shows_what_is_known_and_what_to_ask_next(browser, team, isa):
    lead = ready_lead(team, isa, first_name="Dana", last_name="Example", answers={"timeframe": ""})
    area = AreaFactory.create(team=team, name="Mueller")
    lead.lpmama.areas.add(area)

    page = browser(isa).get(url("lead", lead)).content.decode()

    for words in ("Dana Example", "450,000", "First Example Bank", "Mueller, near the lake", RECORDING, "Ask now"):
        assert words in page
    assert "“What has you thinking of moving, and how soon?”" in page
    assert f'value="{area.pk}"\n             checked' in page
    assert reverse("handoff:panel", args=[lead.pk]) in page


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_however_much_is_known(browser, team, isa, rows, django_assert_max_num_queries):
    lead = ready_lead(team, isa)
    for number in range(rows):
        lead.lpmama.areas.add(AreaFactory.create(team=team))
        add_note(lead=lead, text=f"Note {number}", author=people.isa(team), at=NOW)
        add_tag(lead=lead, name=f"tag{number}", actor=isa, via=Via.PAGE, at=NOW)
        add_task(key=f"t{number}", assignee=isa, lead=lead, title="Call", kind="todo", at=NOW, due_at=NOW)
        record(lead=lead, kind="call", summary="Call", actor=people.isa(team), at=NOW)
    client = browser(isa)
    client.get(url("lead", lead))

    with django_assert_max_num_queries(9):
        assert client.get(url("lead", lead)).status_code == 200


def test_the_story_is_read_on_by_pages_without_losing_an_entry(browser, lead):
    for number in range(TIMELINE_ROWS * 2):
        record(lead=lead, kind="call", summary=f"Entry {number}.", at=NOW)
    client = browser(lead.isa)
    first = client.get(url("timeline", lead))
    second = client.get(url("timeline", lead), {"before": first.context["page"].older_than})
    third = client.get(url("timeline", lead), {"before": second.context["page"].older_than})

    told = [entry.summary for page in (first, second, third) for entry in page.context["page"].activities]
    assert told == [*[f"Entry {number}." for number in range(TIMELINE_ROWS * 2)][::-1], "Lead added"]
    assert third.context["page"].older_than is None


@pytest.mark.parametrize("before", ["abc", "-1", "9" * 40, "1e3", "²"])
def test_a_strange_place_in_the_story_is_its_beginning(browser, lead, before):
    assert browser(lead.isa).get(url("timeline", lead), {"before": before}).status_code == 200


def test_a_lead_that_was_handed_off_can_still_be_seen_by_its_isa(browser, lead, agent):
    Lead.objects.filter(pk=lead.pk).update(owner=agent, stage=Stage.HANDED_OFF)

    assert browser(lead.isa).get(url("lead", lead)).status_code == 200


def test_with_the_head_comes_what_is_to_be_done_by_now(browser, lead):
    page = browser(lead.isa).get(url("head", lead), headers=HTMX).content.decode()
    assert '<div id="lead-todo" hx-swap-oob="true"' in page
    assert "Call them back" not in page

    add_task(key="back", assignee=lead.isa, lead=lead, kind="call", title="Call them back", at=NOW, due_at=NOW)

    assert "Call them back" in browser(lead.isa).get(url("head", lead), headers=HTMX).content.decode()


def test_when_a_handoff_settles_the_appointment_the_head_tells_the_letters(browser, lead, agent):
    Lead.objects.filter(pk=lead.pk).update(owner=agent, stage=Stage.APPOINTMENT_SET)

    told = json.loads(browser(lead.isa).get(url("head", lead), headers=HTMX).headers["HX-Trigger"])

    letters = {each["letter"]: each["isDone"] for each in told["letters-changed"]["letters"]}
    assert (letters["appointment"], letters["location"]) == (True, False)
