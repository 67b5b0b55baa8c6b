"""What a team lead sets, and what is refused."""

import pytest
from django.urls import reverse

from teams.models import Area, Policy, Team
from teams.tests.factories import AreaFactory

TEAM = {"name": "New Name", "zone": "America/Denver", "currency": "USD", "country": "US", "reply_to": "us@example.com"}
POLICY = {
    "appointment_minutes": "60",
    "buffer_minutes": "0",
    "slot_step_minutes": "15",
    "notice_minutes": "30",
    "outcome_hours": "24",
    "outcome_reminders": "2, 12, 20",
    "correction_days": "7",
    "hold_minutes": "5",
    "reminder_early_hours": "24",
    "reminder_late_minutes": "120",
    "unconfirmed_minutes": "180",
    "unread_minutes": "30",
    "recording_isa_minutes": "15",
    "recording_lead_minutes": "120",
}


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


def test_the_team_takes_its_new_name_and_zone(browser, team):
    assert browser.post(reverse("teams:team"), TEAM).status_code == 302
    team.refresh_from_db()
    assert (team.name, team.zone, team.reply_to) == ("New Name", "America/Denver", "us@example.com")


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("name", "a\nb"),
        ("name", ""),
        ("zone", "Mars/Base"),
        ("country", "ZZ"),
        ("reply_to", "no address"),
        ("reply_to", "a@example.com\nBcc: b@example.com"),
    ],
)
def test_a_bad_team_is_refused_and_the_page_still_shows_the_team_as_it_is(field, value, browser, team):
    answer = browser.post(reverse("teams:team"), TEAM | {field: value})
    assert answer.status_code == 422
    assert answer.context["team_form"].errors[field]
    assert f"How {team.name} works" in answer.content.decode()


def test_the_page_names_the_slug_that_commands_ask_for(browser, team):
    assert f"<code>{team.slug}</code>" in browser.get(reverse("teams:team")).content.decode()


def test_times_and_deadlines_are_kept(browser, team):
    assert browser.post(reverse("teams:policy"), POLICY).status_code == 302
    assert Policy.objects.get(team=team).appointment_minutes == 60


@pytest.mark.parametrize(
    ("field", "value"),
    [
        ("appointment_minutes", "0"),
        ("appointment_minutes", "9" * 12),
        ("slot_step_minutes", "0"),
        ("outcome_hours", "0"),
        ("outcome_reminders", "2, 24"),
        ("outcome_reminders", "soon"),
        ("outcome_reminders", "0, 2"),
        ("outcome_reminders", "1,2,3,4,5,6,7"),
        ("correction_days", "91"),
        ("notice_minutes", "\x00"),
        ("hold_minutes", "0"),
        ("hold_minutes", "31"),
        ("reminder_early_hours", "169"),
        ("reminder_late_minutes", "721"),
        ("unconfirmed_minutes", "2881"),
        ("unread_minutes", "721"),
        ("recording_isa_minutes", "4"),
        ("recording_lead_minutes", "15"),
        ("recording_lead_minutes", "1441"),
    ],
)
def test_times_that_make_no_sense_are_refused(field, value, browser):
    answer = browser.post(reverse("teams:policy"), POLICY | {field: value})
    assert answer.status_code == 422
    assert answer.context["policy_form"].errors[field]


def test_trigger_tags_are_kept_once_whatever_their_case(browser, team):
    browser.post(reverse("teams:trigger-tags"), {"tags": "Handed off\r\n  Go \n\nhanded OFF"})
    assert Policy.objects.get(team=team).trigger_tags == ["Handed off", "Go"]


@pytest.mark.parametrize("tags", ["x" * 61, "a\x01", "ok\nnul\x00"])
def test_a_bad_trigger_tag_is_refused(tags, browser):
    assert browser.post(reverse("teams:trigger-tags"), {"tags": tags}).status_code == 422


def test_areas_are_added_renamed_and_removed(browser, team):
    browser.post(reverse("teams:areas"), {"name": "Mueller", "median_price": "525000"})
    area = Area.objects.get(team=team)
    browser.post(reverse("teams:area", args=[area.pk]), {"name": "Mueller East", "median_price": ""})
    area.refresh_from_db()
    assert (area.name, area.median_price) == ("Mueller East", None)
    browser.post(reverse("teams:remove-area", args=[area.pk]))
    assert not Area.objects.exists()


def test_an_area_has_its_name_alone(browser, team):
    AreaFactory(team=team, name="Mueller")
    other = AreaFactory(team=team, name="Zilker")
    for route in (reverse("teams:areas"), reverse("teams:area", args=[other.pk])):
        answer = browser.post(route, {"name": "MUELLER"})
        assert answer.status_code == 422
        assert "already" in answer.content.decode()


@pytest.mark.parametrize("price", ["-1", "2000000001", "9" * 30, "much"])
def test_a_price_that_cannot_be_is_refused(price, browser):
    assert browser.post(reverse("teams:areas"), {"name": "A", "median_price": price}).status_code == 422


def test_an_area_of_another_team_does_not_exist(browser, other_team):
    foreign = AreaFactory(team=other_team)
    assert browser.get(reverse("teams:area", args=[foreign.pk])).status_code == 404
    assert browser.post(reverse("teams:area", args=[foreign.pk]), {"name": "Mine"}).status_code == 404
    assert browser.post(reverse("teams:remove-area", args=[foreign.pk])).status_code == 404
    assert Area.objects.get() == foreign


def test_a_form_over_the_size_limit_is_refused(browser, team):
    answer = browser.post(reverse("teams:team"), TEAM | {"name": "x" * 5_000_000})
    assert answer.status_code == 400
    assert "larger than a form may be (2.5 MB)" in answer.content.decode()
    assert Team.objects.get(pk=team.pk).name == team.name
