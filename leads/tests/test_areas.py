"""Areas in use: a new name is followed everywhere, and what is removed stays as words."""

import pytest

from leads.areas import leads_naming
from leads.models import Lpmama
from leads.tests.factories import NOW, LeadFactory
from teams.areas import change_area, remove_area
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


@pytest.fixture
def mueller(team):
    return AreaFactory(team=team, name="Mueller")


def naming(lead, area, text=""):
    answers, _ = Lpmama.objects.get_or_create(lead=lead)
    answers.areas.add(area)
    answers.location_text = text
    answers.save()
    return answers


def located(lead):
    return Lpmama.objects.get(lead=lead).location_text


def test_a_new_name_is_followed_by_leads_and_agents(mueller, lead, agent, boss):
    naming(lead, mueller)
    agent.profile.areas.add(mueller)
    change_area(area=mueller, name="Mueller East", median_price=None, actor=boss, at=NOW)
    assert Lpmama.objects.get(lead=lead).areas.get().name == "Mueller East"
    assert agent.profile.areas.get().name == "Mueller East"


def test_an_area_that_goes_stays_in_the_answers_as_words(team, mueller, lead, boss):
    other = LeadFactory.create(team=team)
    naming(lead, mueller)
    naming(other, mueller, "near the lake")
    assert leads_naming(mueller) == 2

    remove_area(area=mueller, actor=boss, at=NOW)

    assert located(lead) == "Mueller"
    assert located(other) == "Mueller, near the lake"


def test_words_that_name_it_already_are_not_doubled(mueller, lead, boss):
    naming(lead, mueller, "MUELLER, by the park")
    remove_area(area=mueller, actor=boss, at=NOW)
    assert located(lead) == "MUELLER, by the park"


def test_words_that_get_too_long_are_cut(mueller, lead, boss):
    naming(lead, mueller, "y" * 300)
    remove_area(area=mueller, actor=boss, at=NOW)
    assert len(located(lead)) == 300
    assert located(lead).startswith("Mueller, yyy")


def test_leads_that_do_not_name_it_stay_as_they_are(team, mueller, lead, boss):
    naming(lead, AreaFactory(team=team, name="Zilker"))
    remove_area(area=mueller, actor=boss, at=NOW)
    assert located(lead) == ""
