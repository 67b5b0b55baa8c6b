"""Stages under a team's own names: everywhere for that team, nowhere else, and without another meaning."""

import pytest
from django.urls import reverse

from leads.models import Activity
from leads.stage_names import DuplicateName, rename_stages, stage_choices, stage_label
from leads.stages import IllegalMove, change_stage
from leads.states import MOVES, Stage, Via
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import post
from teams.models import SettingChange

pytestmark = pytest.mark.django_db


@pytest.fixture
def hot(team, boss):
    """The team calls Nurture “Warm list” and Qualified “Ready to pass”."""
    rename_stages(team=team, names={Stage.NURTURE: "Warm list", Stage.QUALIFIED: "Ready to pass"}, actor=boss, at=NOW)
    return team


def test_a_team_without_names_uses_the_built_in_ones(team):
    assert stage_choices(team) == [(stage.value, stage.label) for stage in Stage]


def test_a_name_is_the_teams_own(hot, stranger):
    assert stage_label(hot, Stage.NURTURE) == "Warm list"
    assert stage_label(stranger.team, Stage.NURTURE) == "Nurture"


def test_an_unknown_code_is_shown_as_it_is(team):
    assert stage_label(team, "retired") == "retired"


def test_an_empty_name_is_the_built_in_one_again(hot, boss):
    rename_stages(team=hot, names={Stage.QUALIFIED: "Ready to pass"}, actor=boss, at=NOW)
    hot.refresh_from_db()
    assert hot.stage_names == {"qualified": "Ready to pass"}
    assert SettingChange.objects.first().words == "Warm list → Nurture"


@pytest.mark.parametrize(
    "names",
    [
        {Stage.NURTURE: "qualified"},
        {Stage.NURTURE: "Same", Stage.LOST: " sAME "},
        {Stage.NURTURE: "Under  Contract"},
        {Stage.NURTURE: "Ready to pass", Stage.QUALIFIED: "ready TO pass"},
    ],
)
def test_two_stages_of_one_name_are_refused(hot, boss, names):
    with pytest.raises(DuplicateName, match="a name of its own"):
        rename_stages(team=hot, names=names, actor=boss, at=NOW)
    hot.refresh_from_db()
    assert hot.stage_names == {"nurture": "Warm list", "qualified": "Ready to pass"}


def test_two_stages_may_swap_their_names(team, boss):
    rename_stages(team=team, names={Stage.NEW: "Lost", Stage.LOST: "New"}, actor=boss, at=NOW)
    assert stage_label(team, Stage.NEW) == "Lost"


def test_the_moves_stay_as_they_were(hot, isa):
    lead = LeadFactory.create(team=hot, isa=isa, stage=Stage.NEW)
    change_stage(lead=lead, to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)
    assert lead.stage == "nurture"
    assert Activity.objects.filter(lead=lead, kind="stage").get().summary == "New → Warm list"
    with pytest.raises(IllegalMove, match="from Warm list to Closed"):
        change_stage(lead=lead, to=Stage.CLOSED, actor=isa, via=Via.PAGE, at=NOW)
    assert Stage.QUALIFIED in MOVES[Stage.NURTURE]


def test_the_timeline_keeps_the_words_of_its_day(team, boss, isa):
    lead = LeadFactory.create(team=team, isa=isa, stage=Stage.NEW)
    change_stage(lead=lead, to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)
    rename_stages(team=team, names={Stage.NURTURE: "Warm list"}, actor=boss, at=NOW)
    story = Activity.objects.get(lead=lead, kind="stage")
    assert (story.summary, story.data["to"]) == ("New → Nurture", "nurture")


@pytest.mark.parametrize("route", ["leads:list", "leads:queue"])
def test_pages_of_many_leads_show_the_teams_names(hot, isa, browser, route, time_machine):
    time_machine.move_to(NOW)  # by night the queue names nobody
    LeadFactory.create(team=hot, isa=isa, stage=Stage.QUALIFIED)
    text = browser(isa).get(reverse(route)).content.decode()
    assert "Ready to pass" in text
    assert ">Qualified<" not in text


def test_the_page_of_one_lead_shows_them_and_offers_them(hot, lead, isa, browser):
    text = browser(isa).get(reverse("leads:lead", args=[lead.pk])).content.decode()
    assert '<button class="dropdown-item" name="to" value="nurture">Warm list</button>' in text
    assert ">Nurture<" not in text


def test_the_list_is_filtered_by_code_under_the_teams_name(hot, isa, browser):
    LeadFactory.create(team=hot, isa=isa, stage=Stage.NURTURE, first_name="Warmy")
    LeadFactory.create(team=hot, isa=isa, stage=Stage.NEW, first_name="Newly")
    text = browser(isa).get(reverse("leads:list"), {"stage": "nurture"}).content.decode()
    assert '<option value="nurture" selected>Warm list</option>' in text
    assert "Warmy" in text
    assert "Newly" not in text


def test_a_move_is_confirmed_in_the_teams_words(hot, lead, isa, browser):
    answer = post(browser(isa), "stage", lead, {"to": "nurture"})
    assert "Now: Warm list" in answer.content.decode()


def test_what_is_found_shows_them_too(hot, lead, isa, browser):
    lead.stage = Stage.QUALIFIED
    lead.save()
    assert "Ready to pass" in browser(isa).get(reverse("leads:find"), {"q": "dana"}).content.decode()


def test_the_team_lead_names_them_on_their_page(team, boss, browser):
    answer = browser(boss).post(reverse("leads:stages"), {"nurture": " Warm list ", "lost": ""})
    assert answer.status_code == 302
    team.refresh_from_db()
    assert team.stage_names == {"nurture": "Warm list"}
    assert 'value="Warm list"' in browser(boss).get(reverse("leads:stages")).content.decode()


@pytest.mark.parametrize(
    ("data", "words"),
    [
        ({"nurture": "Lost"}, "a name of its own"),
        ({"nurture": "x" * 41}, "at most 40 characters"),
        ({"nurture": "a\nb"}, "Line breaks"),
        ({"nurture": "\u200b"}, "Write a name"),
    ],
)
def test_a_bad_name_is_refused_and_says_why(team, boss, browser, data, words):
    answer = browser(boss).post(reverse("leads:stages"), data)
    assert answer.status_code == 422
    assert words in answer.content.decode()
    team.refresh_from_db()
    assert team.stage_names == {}


def test_a_hostile_name_is_only_a_name(team, boss, isa, browser):
    LeadFactory.create(team=team, isa=isa, stage=Stage.NURTURE)
    browser(boss).post(reverse("leads:stages"), {"nurture": "<script>alert(1)</script>"})
    text = browser(isa).get(reverse("leads:list")).content.decode()
    assert "&lt;script&gt;" in text
    assert "<script>alert" not in text


@pytest.mark.parametrize("member", ["isa", "agent"])
def test_nobody_else_names_them(request, member, browser):
    client = browser(request.getfixturevalue(member))
    assert client.get(reverse("leads:stages")).status_code == 403
    assert client.post(reverse("leads:stages"), {"nurture": "Mine"}).status_code == 403
