"""The list of time off on an agent's page, and the page on which an entry is changed."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from django.urls import reverse
from django.utils import timezone

from teams.models import TimeOff
from teams.tests.factories import agent
from teams.zones import today_in

pytestmark = pytest.mark.django_db

YEAR = timezone.now().year + 1


def day(month, number):
    return f"{YEAR}-{month:02}-{number:02}"


def off(member, *, days=30, length=1):
    """Whole days of Chicago, so many days ahead."""
    starts_at = today_in("America/Chicago", at=timezone.now() + timedelta(days=days))[0]
    ends_at = today_in("America/Chicago", at=timezone.now() + timedelta(days=days + length - 1))[1]
    return TimeOff.objects.create(membership=member, starts_at=starts_at, ends_at=ends_at)


def add(browser, member, **said):
    return browser.post(reverse("teams:time-off", args=[member.pk]), said)


def change(member, entry):
    return reverse("teams:change-time-off", args=[member.pk, entry.pk])


def test_whole_days_are_noted_by_their_dates_alone(team, signed_in):
    away = agent(team, user__zone="America/New_York")
    browser = signed_in(away)

    answer = add(browser, away, first=day(7, 5), last=day(7, 6), note="Boat")

    noted = TimeOff.objects.get()
    assert noted.starts_at == datetime(YEAR, 7, 5, 4, tzinfo=UTC)
    assert noted.ends_at == datetime(YEAR, 7, 7, 4, tzinfo=UTC)
    assert answer.url == reverse("teams:profile") + "#time-off"
    page = browser.get(answer.url).content.decode()
    assert "Jul 5 to " in page
    assert "Time off noted." in page
    assert "Boat" in page


def test_without_a_last_day_it_is_one_day(team_agent, signed_in):
    add(signed_in(team_agent), team_agent, first=day(7, 5))
    assert TimeOff.objects.get().ends_at == datetime(YEAR, 7, 6, 5, tzinfo=UTC)


def test_times_are_by_the_agents_own_clock(team, signed_in):
    away = agent(team, user__zone="America/New_York")
    browser = signed_in(away)
    add(browser, away, first=day(7, 5), leaves="09:00", last=day(7, 6), returns="12:00")

    noted = TimeOff.objects.get()
    assert noted.starts_at == datetime(YEAR, 7, 5, 13, tzinfo=UTC)
    assert noted.ends_at == datetime(YEAR, 7, 6, 16, tzinfo=UTC)
    assert "9:00 AM EDT" in browser.get(reverse("teams:profile")).content.decode()


@pytest.mark.parametrize(
    ("said", "reason"),
    [
        ({"first": "2027-03-14", "leaves": "02:30"}, "does not exist in America/Chicago"),
        ({"first": "2099-03-15", "leaves": "09:00", "returns": "09:00"}, "must end after it begins"),
        ({"first": "2099-03-15", "last": "2099-03-14"}, "must end after it begins"),
        ({"first": "2026-01-01"}, "over already"),
        ({"first": "9999-12-31"}, "Enter a day of this century"),
        ({"first": "2099-01-01", "last": "0001-01-01"}, "Enter a day of this century"),
        ({"first": "soon", "leaves": "\x00"}, "Enter a valid date"),
        ({"first": "2099-01-01", "leaves": "25:00"}, "Enter a valid time"),
        ({}, "This field is required"),
    ],
)
def test_what_cannot_be_is_refused_with_the_reason_here_and_there(said, reason, team_agent, signed_in):
    browser, entry = signed_in(team_agent), off(team_agent)
    was = (entry.starts_at, entry.ends_at)
    routes = [reverse("teams:time-off", args=[team_agent.pk])]
    if reason != "over already":  # who is back early may say so
        routes.append(change(team_agent, entry))
    for route in routes:
        answer = browser.post(route, said)
        assert answer.status_code == 422
        assert reason in answer.content.decode()
    entry = TimeOff.objects.get()
    assert (entry.starts_at, entry.ends_at) == was


def test_two_over_one_another_are_refused_and_what_was_typed_stays(team_agent, signed_in):
    browser = signed_in(team_agent)
    add(browser, team_agent, first=day(7, 5), last=day(7, 9))

    answer = add(browser, team_agent, first=day(7, 9), last=day(7, 12), note="Boat again")

    page = answer.content.decode()
    assert answer.status_code == 422
    assert "Time off is noted for then already" in page
    assert "Boat again" in page
    assert TimeOff.objects.count() == 1


def test_an_entry_is_changed_on_its_own_page_which_shows_it_as_it_is(team_agent, signed_in):
    browser = signed_in(team_agent)
    add(browser, team_agent, first=day(7, 5), last=day(7, 9), returns="12:30", note="Boat")
    entry = TimeOff.objects.get()
    assert change(team_agent, entry) in browser.get(reverse("teams:profile")).content.decode()

    form = browser.get(change(team_agent, entry)).context["form"]
    shown = {name: form[name].value() for name in form.fields}
    assert [str(shown[name] or "") for name in ("first", "leaves", "last", "returns", "note")] == [
        day(7, 5), "", day(7, 9), "12:30:00", "Boat",
    ]  # fmt: skip
    answer = browser.post(change(team_agent, entry), {"first": day(7, 6), "last": day(7, 7), "note": "Lake"})

    assert answer.url == reverse("teams:profile") + "#time-off"
    entry.refresh_from_db()
    assert entry.starts_at == datetime(YEAR, 7, 6, 5, tzinfo=UTC)
    assert entry.ends_at == datetime(YEAR, 7, 8, 5, tzinfo=UTC)
    assert entry.note == "Lake"


def test_a_team_lead_changes_it_for_an_agent(team_lead, team_agent, signed_in):
    browser, entry = signed_in(team_lead), off(team_agent)
    assert browser.get(change(team_agent, entry)).status_code == 200

    answer = browser.post(change(team_agent, entry), {"first": day(7, 6)})

    assert answer.url == reverse("teams:person", args=[team_agent.pk]) + "#time-off"


def test_one_that_is_under_way_may_end_before_now(team_agent, signed_in):
    entry, browser = off(team_agent, days=-3, length=10), signed_in(team_agent)
    first = today_in("America/Chicago", at=entry.starts_at)[0].date()

    browser.post(change(team_agent, entry), {"first": first, "last": first + timedelta(days=1)})

    page = browser.get(reverse("teams:profile")).content.decode()
    assert "it is over now" in page
    assert "None planned" in page


def test_what_is_over_is_neither_listed_nor_changed(team_agent, signed_in):
    entry, browser = off(team_agent, days=-9), signed_in(team_agent)

    assert "None planned" in browser.get(reverse("teams:profile")).content.decode()
    assert browser.get(change(team_agent, entry)).status_code == 404
    assert browser.post(reverse("teams:remove-time-off", args=[team_agent.pk, entry.pk])).status_code == 404
    assert TimeOff.objects.exists()


def test_it_is_removed(team_agent, signed_in):
    entry = off(team_agent)
    answer = signed_in(team_agent).post(reverse("teams:remove-time-off", args=[team_agent.pk, entry.pk]))
    assert answer.url == reverse("teams:profile") + "#time-off"
    assert not TimeOff.objects.exists()


def test_that_of_a_colleague_or_a_stranger_cannot_be_touched(team, team_agent, team_isa, foreign_agent, signed_in):
    for theirs in (off(agent(team)), off(foreign_agent)):
        for pk in (team_agent.pk, theirs.membership_id):
            browser = signed_in(team_agent)
            assert browser.get(reverse("teams:change-time-off", args=[pk, theirs.pk])).status_code == 404
            said = {"first": day(7, 6)}
            assert browser.post(reverse("teams:change-time-off", args=[pk, theirs.pk]), said).status_code == 404
            assert browser.post(reverse("teams:remove-time-off", args=[pk, theirs.pk])).status_code == 404
    mine = off(team_agent)
    assert signed_in(team_isa).get(change(team_agent, mine)).status_code == 404
    assert TimeOff.objects.count() == 3
