"""Whose open pages hear that somebody went on call or off."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.utils import timezone

from notifications.models import Pushed
from notifications.presence import tell_own_pages
from teams.models.presence import Ended
from teams.presence import go_off_call, go_on_call, stay_on_call
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


@pytest.fixture
def ana():
    return people.agent(user__name="Ana Example")


def told() -> set[tuple[int, str, str]]:
    found = set(Pushed.objects.values_list("membership", "topic", "ref"))
    Pushed.objects.all().delete()
    return found


def test_the_agents_pages_and_those_of_who_may_ring_them_hear_each_change(ana):
    isa, boss = people.isa(ana.team), people.lead(ana.team)
    people.agent(ana.team)
    people.isa()
    at, ref = timezone.now(), str(ana.pk)
    everybody = {(each.pk, "presence", ref) for each in (ana, isa, boss)}

    go_on_call(member=ana, until=at + timedelta(hours=1), at=at)
    assert told() == everybody
    stay_on_call(member=ana, longer=timedelta(minutes=30), at=at)
    assert told() == everybody
    go_off_call(member=ana, because=Ended.MISSED, at=at)
    assert told() == everybody


def test_who_is_off_call_already_tells_nobody(ana):
    go_off_call(member=ana, at=timezone.now())

    assert told() == set()


def test_a_missed_ring_that_ends_nothing_is_news_for_the_agents_own_pages_alone(ana):
    people.isa(ana.team)

    tell_own_pages(ana.pk, at=timezone.now())

    assert told() == {(ana.pk, "presence", str(ana.pk))}
