"""Who is in is found again with each request, with their places, and only while they may be in."""

from __future__ import annotations

import pytest
from django.contrib.auth import get_user
from django.urls import reverse

from teams.signed_in import places_of
from teams.tests.factories import TeamFactory, UserFactory, isa, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def member(client):
    member = isa(TeamFactory())
    client.force_login(member.user)
    return member


def test_somebody_and_their_places_are_one_query(client, rf, member, django_assert_num_queries):
    second = lead(TeamFactory(), user=member.user)
    request = rf.get("/")
    request.session = client.session
    assert request.session.items()  # read before the queries are counted
    with django_assert_num_queries(1):
        found = get_user(request)
        assert places_of(found) == [member, second]
    assert found == member.user


def test_who_is_shut_out_is_out_with_their_next_request(client, member):
    assert client.get("/today/").status_code == 200

    member.user.is_active = False
    member.user.save()

    answer = client.get("/today/")
    assert answer.status_code == 302
    assert answer["Location"].startswith(reverse("account_login"))


def test_who_has_no_place_is_known_all_the_same(client, rf):
    nobody = UserFactory()
    client.force_login(nobody)

    request = rf.get("/")
    request.session = client.session
    found = get_user(request)

    assert found == nobody
    assert places_of(found) == []
