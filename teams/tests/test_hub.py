"""The overview of settings: what is set, what is missing, and who changed what."""

import re
from datetime import UTC, datetime

import pytest
from django.db import connection
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from teams import connections, hub
from teams.changes import note_change
from teams.models import SettingChange, SlackConnection, Team
from teams.tests.factories import AreaFactory, agent, lead

NOW = datetime(2026, 11, 23, 15, 0, tzinfo=UTC)
TOKEN = "xoxb-1234567890-not-a-real-token-wxyz"
WEBHOOK = "https://hooks.slack.com/services/T000/B000/notarealsecretabcd"
TIMES = {
    "appointment_minutes": 60,
    "buffer_minutes": 15,
    "slot_step_minutes": 30,
    "notice_minutes": 15,
    "hold_minutes": 7,
    "reminder_early_hours": 24,
    "reminder_late_minutes": 120,
    "unconfirmed_minutes": 180,
    "unread_minutes": 30,
    "outcome_hours": 24,
    "outcome_reminders": "2, 12, 20",
    "correction_days": 7,
    "recording_isa_minutes": 15,
    "recording_lead_minutes": 120,
}


@pytest.fixture
def browser(team_lead, signed_in):
    return signed_in(team_lead)


def page(browser):
    return browser.get(reverse("teams:settings")).content.decode()


def look(team, code):
    return next(part.look(Team.objects.get(pk=team.pk)) for part in hub.parts() if part.code == code)


def lines(team):
    return [(change.part, change.words) for change in SettingChange.objects.filter(team=team)]


def test_every_part_is_on_the_overview_and_in_the_tabs_of_every_part(browser):
    overview = page(browser)
    for part in hub.parts():
        assert f'<h3><a class="row-link" href="{reverse(part.route)}">{part.label}</a></h3>' in overview
        own = browser.get(reverse(part.route)).content.decode()
        assert open_tabs(own) == [f"true {part.section}", f"page {part.label}"], part.code


def open_tabs(text):
    return [" ".join(each) for each in re.findall(r'<a [^>]*aria-current="(\w+)">([^<]+)</a>', tabs_of(text))]


def tabs_of(text):
    return re.search(r'<nav class="settings-tabs".*?</nav>', text, re.DOTALL).group()


def test_parts_stand_below_their_section_alone(browser):
    own = tabs_of(browser.get(reverse("teams:slack")).content.decode())
    assert "Microsoft Teams" in own
    assert all(f">{section}</a>" in own for section in hub.sections())
    assert "API tokens" not in own


def test_the_overview_opens_no_section(browser):
    text = page(browser)
    assert open_tabs(text) == ["page Overview"]
    assert "settings-parts" not in tabs_of(text)
    headings = re.findall(r'<h2 id="section-[a-z]+">(\w+)</h2>', text)
    assert headings == [str(section) for section in hub.sections()]


def test_what_is_missing_is_said(team, browser):
    agent(team, hours="")
    AreaFactory(team=team, median_price=None)
    text = page(browser)
    assert "1 agent without working hours: nobody can book them." in text
    assert "1 without a median price" in text
    assert "No reply-to address" in text


def test_what_is_set_needs_nothing(team):
    agent(team)
    AreaFactory(team=team, median_price=500_000)
    team.reply_to = "us@example.com"
    team.save()
    for code in ("team", "people", "areas", "policy"):
        assert (look(team, code).kind, look(team, code).trouble) == ("ok", ""), code


def test_slack_tells_its_last_result(team, browser):
    assert look(team, "slack").word == "Not set"
    SlackConnection.objects.filter(team=team).update(token=TOKEN, channel="#handoffs", hot_channel="#hot")
    untried = look(team, "slack")
    assert (untried.word, untried.facts, untried.is_tried) == (
        "Saved, not tested",
        ("posts to #handoffs", "hot leads to #hot"),
        True,
    )
    connections.note_working(team.slack, at=NOW)
    assert "Last worked" in page(browser)
    connections.note_refused(team.slack, reason="token_revoked", at=NOW)
    assert look(team, "slack").trouble.startswith("Slack says this token was revoked")


def test_a_changed_time_is_told_with_who_and_both_values(team, team_lead, browser):
    browser.post(reverse("teams:policy"), TIMES)
    assert lines(team) == [("policy", "Appointment minutes: 45 → 60; Hold minutes: 5 → 7")]
    assert str(team_lead.user) in page(browser)


def test_what_was_saved_as_it_was_leaves_no_line(team, browser):
    browser.post(reverse("teams:policy"), TIMES | {"appointment_minutes": 45, "hold_minutes": 5})
    browser.post(reverse("teams:trigger-tags"), {"tags": "Ready for handoff\nHanded off"})
    assert lines(team) == []


def test_every_verb_of_the_settings_leaves_its_line(team, browser):
    area = AreaFactory(team=team, name="Mueller")
    browser.post(reverse("teams:trigger-tags"), {"tags": "Go"})
    browser.post(reverse("teams:areas"), {"name": "Zilker", "median_price": ""})
    browser.post(reverse("teams:area", args=[area.pk]), {"name": "Mueller East", "median_price": "500000"})
    browser.post(reverse("teams:remove-area", args=[area.pk]))
    assert lines(team) == [
        ("areas", "Mueller East removed"),
        ("areas", "Mueller (no median) → Mueller East (500000)"),
        ("areas", "Zilker added"),
        ("policy", "Trigger tags: Go"),
    ]


def test_no_secret_stands_in_the_story(team, browser):
    browser.post(reverse("teams:slack"), {"token": TOKEN, "channel": "#handoffs", "hot_channel": "#hot"})
    browser.post(reverse("teams:slack-alerts"), {"is_enabled": "0"})
    browser.post(reverse("teams:slack"), {"webhook_url": WEBHOOK})
    browser.post(reverse("teams:slack-disconnect"))
    told = lines(team)
    assert [words for _, words in told] == [
        "Disconnected",
        "A webhook",
        "Paused",
        "New token, posting to #handoffs, hot to #hot",
    ]
    assert not any(secret in page(browser) for secret in (TOKEN, WEBHOOK))


def test_the_story_of_another_team_is_not_told(browser, other_team):
    note_change(actor=lead(other_team), part="team", words="A secret plan", at=NOW)
    assert "A secret plan" not in page(browser)


def test_a_long_change_is_cut(team_lead):
    note_change(actor=team_lead, part="areas", words="x" * 400, at=NOW)
    assert len(SettingChange.objects.get().words) == 300


def test_hostile_words_are_shown_as_words(team_lead, browser):
    note_change(actor=team_lead, part="areas", words="<script>alert(1)</script>", at=NOW)
    assert "&lt;script&gt;alert(1)" in page(browser)


def test_the_overview_costs_the_same_however_long_the_story(team_lead, browser):
    counted = []
    for rows in (1, 3):
        for _ in range(rows):
            note_change(actor=team_lead, part="team", words="A change", at=NOW)
        page(browser)
        with CaptureQueriesContext(connection) as captured:
            page(browser)
        counted.append(len(captured))
    assert counted[0] == counted[1]
