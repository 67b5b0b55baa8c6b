"""The pages of plans: the team's, people's own, and what another would have paid."""

from __future__ import annotations

import pytest
from django.urls import reverse

from handoff.models import PlanVersion
from handoff.tests.pages import signed_in
from handoff.tests.pay.ground import OCTOBER, on, plan, reported
from handoff.tests.pay.test_pages import PAY, shown
from teams.tests import factories as people

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("now")]

NOTHING = {"from_month": "2026-11-01", "base": "0", "bonus": "0", "percent": "0", "clawback_days": "30"}


def test_a_team_lead_makes_the_first_plan_and_the_settings_say_so():
    boss = people.lead()
    assert "No plan yet" in shown(boss, PAY)
    said = {"from_month": "2026-10-01", "base": "2800", "bonus": "35.50", "percent": "5", "clawback_days": "30"}

    answer = signed_in(boss).post(reverse("handoff:pay-plan"), said)

    assert answer.status_code == 302
    version = PlanVersion.objects.get()
    assert (version.base, version.bonus, version.bonus_cap, version.clawback_days) == (280_000, 3_550, None, 30)
    assert "$35.50 for each held appointment" in shown(boss, reverse("teams:settings"))


def test_what_is_wrong_with_a_plan_stands_at_its_field_and_the_page_warns_of_licences(place):
    colleague = people.isa(place.team)
    own = reverse("handoff:pay-own-plan", args=[colleague.pk])

    answer = signed_in(place.boss).post(own, NOTHING | {"percent": "5"})

    assert answer.status_code == 422
    assert "would never pay anything" in answer.content.decode()
    assert f"{colleague.user.name}: nothing of any closing" in shown(place.boss, reverse("handoff:pay-plan"))


@pytest.mark.parametrize(
    ("said", "words"),
    [
        ({"from_month": "2026-10-01"}, "Choose a month from November 2026 to May 2027: what was earned before is"),
        ({"from_month": "2027-06-01"}, "Choose a month from November 2026 to May 2027: what was earned before is"),
        ({"base": "-1"}, "Enter an amount from 0 to 9,999,999.99."),
        ({"base": ""}, "Enter the amount, or 0 for none: it has been $3,000.00."),
        ({"bonus": " "}, "Enter the amount, or 0 for none: it has been $30.00."),
        ({"percent": ""}, "Enter the percentage, or 0 for none: it has been 5 %."),
        ({"percent": "150"}, "Enter a percentage from 0 to 99."),
        ({"percent": "-2"}, "Enter a percentage from 0 to 99."),
        ({"clawback_days": "731"}, "Enter a number of days from 0 to 730."),
        ({"clawback_days": "-1"}, "Enter a number of days from 0 to 730."),
        ({"clawback_days": "2.5"}, "Enter a number of days from 0 to 730."),
    ],
)
def test_each_slip_is_one_sentence_that_says_what_can_be_entered(place, said, words):
    place.met(on(5, 10))

    errors = signed_in(place.boss).post(reverse("handoff:pay-plan"), NOTHING | said).context["form"].errors

    [(field, found)] = errors.items()
    assert (field, len(found)) == (next(iter(said)), 1)
    assert found[0].startswith(words)


def test_a_plan_of_nothing_is_not_saved_and_the_page_asks_whether_one_is_to_end(place):
    said, address = NOTHING, reverse("handoff:pay-plan")
    browser, before = signed_in(place.boss), PlanVersion.objects.count()

    answer = browser.post(address, said)

    assert answer.status_code == 422
    assert "Enter a base salary, a bonus or a percentage" in answer.content.decode()
    assert 'name="pays_nothing"' in answer.content.decode()
    assert PlanVersion.objects.count() == before
    assert browser.post(address, said | {"pays_nothing": "on"}).status_code == 302


def test_what_was_paid_ends_by_a_zero_and_what_was_not_may_stay_empty(place):
    browser, address = signed_in(place.boss), reverse("handoff:pay-plan")

    assert browser.post(address, NOTHING | {"bonus": "20", "percent": ""}).status_code == 422
    assert browser.post(address, NOTHING | {"bonus": "20"}).status_code == 302
    assert browser.post(address, NOTHING | {"bonus": "25", "base": "", "percent": ""}).status_code == 302

    latest = PlanVersion.objects.last()
    assert (latest.base, latest.bonus, latest.percent) == (0, 2_500, 0)


def test_an_own_plan_ends_with_the_teams(place):
    own = reverse("handoff:pay-own-plan", args=[place.isa.pk])
    browser = signed_in(place.boss)
    browser.post(own, NOTHING | {"bonus": "99"})

    browser.post(reverse("handoff:pay-as-team", args=[place.isa.pk]), {"from_month": "2026-12-01"})

    assert [each.is_own for each in PlanVersion.objects.filter(isa=place.isa)] == [True, False]


def test_what_another_plan_would_have_paid_stands_beside_what_was(place):
    place.met(on(5, 10))
    asked = {"months": 1, "base": "3000", "bonus": "60", "percent": "", "clawback_days": 30}

    page = signed_in(place.boss).get(reverse("handoff:pay-what-if"), asked).content.decode()

    for words in ("$3,030.00", "$3,060.00", "+$30.00"):
        assert words in page
    assert signed_in(place.boss).get(reverse("handoff:pay-what-if"), {"months": "x"}).status_code == 422


def test_a_comparison_says_that_what_was_is_still_being_entered(place):
    asked = {"months": 1, "base": "3000", "bonus": "60", "percent": "", "clawback_days": 30}
    words = "What was paid is not complete"
    reported(place.isa, place.agent, at=on(5, 10))
    assert words not in signed_in(place.boss).get(reverse("handoff:pay-what-if"), asked).content.decode()

    plan(place.team, from_month=OCTOBER)

    page = signed_in(place.boss).get(reverse("handoff:pay-what-if"), asked).content.decode()
    assert f"Still being entered: 1 handoff to go. {words}" in page
