"""People of two teams."""

import pytest
from django.urls import reverse

from config.tests.signing_in.entering import log_in
from teams.tests.factories import TeamFactory, lead

pytestmark = pytest.mark.django_db


def test_a_person_of_two_teams_finds_both_in_the_rail_and_switches(ana):
    elsewhere = lead(TeamFactory(name="Second Realty"), user=ana.user)
    browser = log_in(ana)

    page = browser.get(reverse("teams:profile")).content.decode()
    assert "Second Realty" in page
    assert f'value="{elsewhere.pk}"' in page

    answer = browser.post(reverse("teams:switch"), {"membership": elsewhere.pk}, follow=True)
    assert answer.context["membership"] == elsewhere
    assert answer.redirect_chain[-1][0] == reverse("handoff:day")


def test_a_person_of_one_team_is_offered_no_other(ana):
    assert reverse("teams:switch") not in log_in(ana).get(reverse("teams:profile")).content.decode()
