"""The six letters, saved as they are typed."""

import json

import pytest

from leads.models import Lpmama
from leads.tests.factories import COMPLETE
from leads.tests.pages import HOSTILE, autosave, url
from teams.tests.factories import AreaFactory

pytestmark = pytest.mark.django_db


def test_answers_are_saved_and_the_page_is_told_how_far_each_letter_is(browser, lead):
    response = autosave(browser(lead.isa), lead, {"side": "buy", "location_text": "Near the lake"})

    assert response.status_code == 204
    letters = {each["letter"]: each for each in json.loads(response.headers["HX-Trigger"])["lead-saved"]["letters"]}
    assert letters["location"]["isDone"]
    assert letters["price"]["isNext"]
    assert letters["price"]["detail"] == "The most they would pay"
    assert Lpmama.objects.get(lead=lead).location_text == "Near the lake"


def test_only_what_was_touched_is_saved_so_two_people_keep_each_others_answers(browser, lead, boss):
    whole_form = {"price_max": "", "motivation": ""}  # both pages were opened when nothing was known
    autosave(browser(lead.isa), lead, whole_form | {"price_max": "450k"}, changed=["price_max"])
    autosave(browser(boss), lead, whole_form | {"motivation": "New job"}, changed=["motivation"])

    answers = Lpmama.objects.get(lead=lead)
    assert (answers.price_max, answers.motivation) == (450_000, "New job")


def test_a_field_that_cannot_be_read_is_named_and_the_others_are_saved(browser, lead):
    response = autosave(browser(lead.isa), lead, {"price_max": "a lot", "motivation": "New job", "side": "buy"})

    assert response.status_code == 422
    assert list(response.json()["errors"]) == ["price_max"]
    answers = Lpmama.objects.get(lead=lead)
    assert (answers.motivation, answers.side, answers.price_max) == ("New job", "buy", None)


def test_a_range_upside_down_keeps_everything_else(browser, lead):
    response = autosave(browser(lead.isa), lead, {"price_min": "500k", "price_max": "400k", "motivation": "New job"})

    assert response.json() == {"errors": {"price_min": ["The lowest price is above the highest."]}}
    answers = Lpmama.objects.get(lead=lead)
    assert (answers.price_max, answers.price_min, answers.motivation) == (400_000, None, "New job")


def test_unticking_the_last_area_is_an_answer_too(browser, lead):
    area = AreaFactory.create(team=lead.team)
    client = browser(lead.isa)
    autosave(client, lead, {"areas": area.pk})
    assert list(Lpmama.objects.get(lead=lead).areas.all()) == [area]

    autosave(client, lead, {}, changed=["areas"])

    assert not Lpmama.objects.get(lead=lead).areas.exists()


def test_an_area_of_another_team_cannot_be_named(browser, lead):
    response = autosave(browser(lead.isa), lead, {"areas": AreaFactory.create().pk})

    assert list(response.json()["errors"]) == ["areas"]


def test_sent_by_hand_the_whole_form_is_saved(browser, lead):
    browser(lead.isa).post(url("answers", lead), COMPLETE | {"mortgage_on": "2026-11-02"})

    answers = Lpmama.objects.get(lead=lead)
    assert (answers.price_max, str(answers.mortgage_on)) == (450_000, "2026-11-02")


TEXTS = ("location_text", "motivation", "other_agent_name", "mortgage_lender", "appointment_wish", "needs", "household")
CODED = ("side", "timeframe", "other_agent", "mortgage", "areas", "mortgage_on", "bedrooms", "price_min")
SECONDS = ("location_second", "price_second")


@pytest.mark.parametrize("name", [*TEXTS, *CODED, *SECONDS])
def test_hostile_text_in_an_answer_is_kept_or_refused_and_never_harms(browser, lead, name):
    client = browser(lead.isa)

    for kind, text in HOSTILE.items():
        response = autosave(client, lead, {name: text})
        assert response.status_code in {204, 422}, kind
        assert "<script>alert" not in client.get(url("lead", lead)).content.decode(), kind
    assert "49" not in Lpmama.objects.get(lead=lead).needs


def test_five_megabytes_are_refused_before_they_are_read(browser, lead):
    response = autosave(browser(lead.isa), lead, {"needs": "x" * 5_000_000})

    assert response.status_code in {400, 413}
    assert Lpmama.objects.get(lead=lead).needs == ""
