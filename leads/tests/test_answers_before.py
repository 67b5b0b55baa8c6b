"""Words that are overwritten stay in the lead's story."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leads.answers import save_answers
from leads.models import Activity
from leads.tests.factories import NOW

pytestmark = pytest.mark.django_db


def said(lead):
    found = Activity.objects.filter(lead=lead, kind="answer").order_by("pk")
    return [(each.summary, each.data) for each in found]


def say(lead, **changes):
    save_answers(lead=lead, changes=changes, actor=lead.isa, at=NOW)


def test_what_is_overwritten_is_told_with_the_words_before(lead, client):
    say(lead, motivation="New job", timeframe="1-3")
    say(lead, motivation="Closer to the grandchildren")

    assert said(lead) == [("Motivation answered", {}), ("Motivation changed", {"was": "New job"})]
    client.force_login(lead.isa.user)
    page = client.get(reverse("leads:timeline", args=[lead.pk])).content.decode()
    assert "was: New job" in page


def test_words_that_are_added_to_are_not_lost(lead):
    say(lead, motivation="New", timeframe="1-3")
    say(lead, motivation="New job downtown")

    assert said(lead) == [("Motivation answered", {})]


def test_a_letter_that_is_emptied_keeps_what_it_said(lead):
    say(lead, motivation="New job", timeframe="1-3")
    say(lead, motivation="")

    assert said(lead)[-1] == ("Motivation is open again", {"was": "New job"})
