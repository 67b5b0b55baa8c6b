"""The pages on which agents and their team leads keep profile, hours and time off."""

from datetime import UTC, datetime, time

import pytest
from django.urls import reverse

from teams.models import TimeOff, WorkingHours
from teams.tests.factories import AreaFactory, agent

PROFILE = {
    "title": "Downtown condo specialist",
    "line": "Knows every tower.",
    "years": "12",
    "languages": ["en", "es"],
    "states": ["TX"],
    "video_link": "https://meet.example.com/pat",
    "takes_handoffs": "on",
}


def routes(member):
    """Every POST that changes a member, with an input that is otherwise fine."""
    return [
        (reverse("teams:change-profile", args=[member.pk]), PROFILE),
        (reverse("teams:hours", args=[member.pk]), {"opens_0_0": "09:00", "closes_0_0": "12:00"}),
        (
            reverse("teams:time-off", args=[member.pk]),
            {"first": "2027-01-04", "leaves": "09:00", "returns": "12:00"},
        ),
    ]


def test_an_agent_keeps_their_own_profile(team, team_agent, signed_in):
    area = AreaFactory(team=team)
    answer = signed_in(team_agent).post(
        reverse("teams:change-profile", args=[team_agent.pk]), PROFILE | {"areas": [area.pk]}
    )
    assert answer.url == reverse("teams:profile")
    profile = type(team_agent.profile).objects.get(pk=team_agent.pk)
    assert profile.title == "Downtown condo specialist"
    assert profile.languages == ["en", "es"]
    assert list(profile.areas.all()) == [area]


def test_a_team_lead_keeps_the_profiles_of_the_team(team_lead, team_agent, signed_in):
    browser = signed_in(team_lead)
    assert browser.get(reverse("teams:person", args=[team_agent.pk])).status_code == 200
    for route, data in routes(team_agent):
        answer = browser.post(route, data)
        assert answer.status_code == 302
        assert answer.url.partition("#")[0] == reverse("teams:person", args=[team_agent.pk])


@pytest.mark.parametrize("whose", ["team-mate's", "foreign", "nonexistent"])
def test_what_is_not_theirs_does_not_exist_for_an_agent(whose, team, team_agent, foreign_agent, signed_in):
    other = {"team-mate's": agent(team), "foreign": foreign_agent, "nonexistent": None}[whose]
    browser = signed_in(team_agent)
    pk = other.pk if other else 2**62
    assert browser.get(reverse("teams:person", args=[pk])).status_code == 404
    for route, data in routes(team_agent):
        stranger = route.replace(f"/people/{team_agent.pk}/", f"/people/{pk}/")
        assert browser.post(route, data).status_code == 302, "the same input works where it is theirs"
        assert browser.post(stranger, data).status_code == 404


def test_a_team_lead_cannot_touch_another_team(team_lead, foreign_agent, signed_in):
    browser = signed_in(team_lead)
    for route, data in routes(foreign_agent):
        assert browser.post(route, data).status_code == 404
    assert browser.post(reverse("teams:end-membership", args=[foreign_agent.pk])).status_code == 404


def test_an_area_of_another_team_cannot_be_claimed(team_agent, other_team, signed_in):
    foreign = AreaFactory(team=other_team)
    answer = signed_in(team_agent).post(
        reverse("teams:change-profile", args=[team_agent.pk]), PROFILE | {"areas": [foreign.pk]}
    )
    assert answer.status_code == 422
    assert not team_agent.profile.areas.exists()


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("title", "a\nb"),
        ("title", "nul\x00"),
        ("title", "x" * 81),
        ("line", "a\r\nBcc: b@example.com"),
        ("years", "-1"),
        ("years", "9" * 30),
        ("video_link", "http://meet.example.com"),
        ("video_link", "javascript:alert(1)"),
        ("video_link", "https://meet.example.com/a\nb"),
        ("languages", ["xx"]),
        ("states", ["ZZ"]),
        ("areas", ["\x00"]),
        ("areas", ["9" * 40]),
    ],
)
def test_a_bad_profile_is_refused_with_a_reason(field, value, team_agent, signed_in):
    answer = signed_in(team_agent).post(reverse("teams:change-profile", args=[team_agent.pk]), PROFILE | {field: value})
    assert answer.status_code == 422
    assert answer.context["profile_form"].errors[field]


def test_a_person_changes_their_own_name_phone_and_zone(team_isa, signed_in):
    answer = signed_in(team_isa).post(
        reverse("teams:change-person"),
        {"person-name": "Noa Sample", "person-phone": "(512) 555-0123", "person-zone": "America/Denver"},
    )
    assert answer.status_code == 302
    team_isa.user.refresh_from_db()
    assert (team_isa.user.name, team_isa.user.phone, team_isa.user.zone) == (
        "Noa Sample", "+15125550123", "America/Denver",
    )  # fmt: skip


@pytest.mark.parametrize(
    ("field", "value"), [("name", "a\nb"), ("name", ""), ("phone", "12"), ("zone", "Mars/Base"), ("zone", "\x00")]
)
def test_a_bad_name_phone_or_zone_is_refused(field, value, team_isa, signed_in):
    data = {"person-name": "Noa", "person-phone": "", "person-zone": "America/Denver", f"person-{field}": value}
    answer = signed_in(team_isa).post(reverse("teams:change-person"), data)
    assert answer.status_code == 422
    assert answer.context["person_form"].errors[field]


def test_the_week_is_replaced_by_what_was_entered(team_agent, signed_in):
    data = {
        "opens_0_0": "09:00", "closes_0_0": "12:00",
        "opens_0_1": "13:00", "closes_0_1": "18:30",
        "opens_5_0": "10:00", "closes_5_0": "12:00",
    }  # fmt: skip
    assert signed_in(team_agent).post(reverse("teams:hours", args=[team_agent.pk]), data).status_code == 302
    assert list(WorkingHours.objects.values_list("weekday", "opens", "closes")) == [
        (0, time(9), time(12)),
        (0, time(13), time(18, 30)),
        (5, time(10), time(12)),
    ]


@pytest.mark.parametrize(
    ("data", "reason"),
    [
        ({"opens_0_0": "09:00"}, "Give both ends"),
        ({"opens_0_0": "09:00", "closes_0_0": "09:00"}, "Closing time must be after opening time"),
        ({"opens_0_0": "09:00", "closes_0_0": "12:00", "opens_0_1": "11:00", "closes_0_1": "13:00"}, "overlap"),
        ({"opens_0_0": "nine", "closes_0_0": "\x00"}, "Enter a valid time"),
    ],
)
def test_a_week_that_cannot_be_is_refused_and_nothing_is_lost(data, reason, team_agent, signed_in):
    before = WorkingHours.objects.count()
    answer = signed_in(team_agent).post(reverse("teams:hours", args=[team_agent.pk]), data)
    assert answer.status_code == 422
    assert reason in answer.content.decode()
    assert WorkingHours.objects.count() == before


@pytest.mark.parametrize("rows", [1, 4])
def test_the_page_costs_the_same_however_much_is_on_it(
    rows, team, team_agent, signed_in, django_assert_max_num_queries
):
    for n in range(rows):
        TimeOff.objects.create(
            membership=team_agent,
            starts_at=datetime(2027, 1, 1 + n, 8, tzinfo=UTC),
            ends_at=datetime(2027, 1, 1 + n, 9, tzinfo=UTC),
        )
        AreaFactory(team=team)
    browser = signed_in(team_agent)
    with django_assert_max_num_queries(12):
        browser.get(reverse("teams:profile"))
