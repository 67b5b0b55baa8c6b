"""The admin's own pages: the audit, and forgotten promises."""

import re
from datetime import timedelta

import pytest
from django.contrib.admin.models import LogEntry
from django.urls import reverse

from config.tests.admin.acting import act, page
from handoff.models import Handoff
from handoff.tests.factories import NOW
from notifications.models import Delivery
from teams.models import Policy
from teams.tests.factories import TeamFactory


class TestTheAuditPage:
    def test_a_row_is_followed_with_who_and_from_what_to_what(self, browser, handoff):
        act(browser, "take_back", handoff)

        answer = browser.get(page(Handoff, "history", handoff.pk), follow=True)

        shown = answer.content.decode()
        assert "Ada Sample" in shown
        assert re.search(r"<b>status</b>: open → returned", shown)
        (request_id, *_) = re.findall(r"\?request=([0-9a-f]{32})", shown)
        same = browser.get(reverse("admin-audit"), {"request": request_id}).content.decode()
        assert f"handoff.handoff {handoff.pk}" in same
        assert "handoff.appointment" in same

    @pytest.mark.parametrize(
        "asked", [{"model": "nonsense", "row": "1"}, {"model": "teams.user"}, {"row": "x"}, {"request": "x" * 65},
                  {"row": "9" * 40, "model": "teams.user"}, {"before": "-1"}, {"request": "\x00"}],
    )  # fmt: skip
    def test_what_makes_no_sense_is_told(self, asked, browser):
        assert browser.get(reverse("admin-audit"), asked).status_code == 200

    def test_a_long_story_is_leafed_through(self, browser, monkeypatch):
        monkeypatch.setattr("teams.repair.history.SHOWN", 2)
        team = TeamFactory()
        for hours in (30, 31, 32):
            Policy.objects.filter(team=team).update(outcome_hours=hours)
        first = browser.get(reverse("admin-audit"), {"model": "teams.policy", "row": team.pk}).content.decode()
        (older,) = (found.replace("&amp;", "&") for found in re.findall(r'href="\?([^"]+)">Older', first))

        assert "31 → 32" in first
        assert "24 → 30" not in first
        assert "24 → 30" in browser.get(f"{reverse('admin-audit')}?{older}").content.decode()

    @pytest.mark.parametrize("rows", [1, 4])
    def test_it_costs_the_same_however_long(self, rows, browser, django_assert_num_queries):
        team = TeamFactory()
        for hours in range(rows):
            Policy.objects.filter(team=team).update(outcome_hours=40 + hours)
        browser.get(reverse("admin-audit"))
        with django_assert_num_queries(4):  # session, person, memberships, entries
            browser.get(reverse("admin-audit"), {"model": "teams.policy", "row": team.pk})


class TestThePromises:
    def test_what_is_forgotten_is_named_and_the_look_is_written_down(self, browser, handoff):
        assert b"Look for forgotten promises" in browser.get(reverse("admin-promises")).content
        Delivery.objects.filter(about=handoff.about).update(due_at=NOW - timedelta(hours=1))

        shown = browser.post(reverse("admin-promises")).content.decode()

        assert f"Delivery {handoff.about}" in shown
        assert "Ada Sample (staff) looked for forgotten promises" in LogEntry.objects.get().change_message

    def test_nothing_forgotten_is_said_too(self, browser):
        assert "All promises are at an end" in browser.post(reverse("admin-promises")).content.decode()
