"""The admin shows everything but secrets, to staff alone, within bounds, and writes nothing by itself."""

import pytest
from django.apps import apps
from django.contrib import admin
from django.db import connection, transaction
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import config.urls  # noqa: F401 - completes the admin
from config.tests.admin.acting import page
from handoff.models import Handoff
from handoff.tests.factories import open_handoff, ready
from notifications.models import Delivery, Timer
from teams.auditing import is_secret
from teams.models import SlackConnection, User
from teams.repair import read_only
from teams.repair.read_only import ReadOnlyAdmin
from teams.tests.factories import TeamFactory, agent, isa
from teams.tokens import create_token

ROOMS = {"handoff", "leads", "notifications", "teams"}
EVERYTHING = sorted(admin.site._registry, key=lambda model: model._meta.label)


@pytest.fixture(scope="module")
def two_of_each(django_db_setup, django_db_blocker):
    """Two handoffs with all that comes with them, for a list that asks row by row; no test writes to them."""
    with django_db_blocker.unblock(), transaction.atomic():
        team = TeamFactory()
        for _ in range(2):
            open_handoff(ready(team), to=agent(team))
        create_token(membership=isa(team), scopes=[], name="Dialer", at=timezone.now())
        yield
        transaction.set_rollback(True)


@pytest.mark.parametrize("model", EVERYTHING, ids=lambda model: model._meta.label)
def test_it_shows_and_never_writes(model, two_of_each, browser):
    assert browser.get(page(model, "changelist")).status_code == 200
    assert browser.get(page(model, "changelist") + "?q=x%00y").status_code < 500
    assert browser.get(page(model, "add")).status_code == 403
    if row := model._default_manager.first():
        change = page(model, "change", row.pk)
        assert browser.get(change).status_code == 200
        assert browser.post(change, {"name": "x"}).status_code == 403
        assert browser.post(page(model, "delete", row.pk), {"post": "yes"}).status_code == 403


def test_every_table_of_ours_is_there_and_every_page_is_read_only():
    ours = {model for model in apps.get_models() if model._meta.app_label in ROOMS}

    assert ours <= set(EVERYTHING)
    assert all(isinstance(each, ReadOnlyAdmin) for each in admin.site._registry.values())


@pytest.mark.parametrize("model", EVERYTHING, ids=lambda model: model._meta.label)
def test_no_secret_is_shown(model, staff, rf):
    request = rf.get("/")
    request.user = staff
    shown = admin.site._registry[model]

    fields = set(shown.get_fields(request)) | set(shown.get_list_display(request))

    assert not fields & {field.name for field in model._meta.concrete_fields if is_secret(field)}
    assert not fields & {"password", "digest", "session_data", "token_secret"}


def test_a_token_of_slack_is_nowhere_on_its_page(browser):
    slack = SlackConnection.objects.get(team=TeamFactory())
    slack.token = "xoxb-hush-hush"
    slack.save()

    assert b"hush" not in browser.get(page(SlackConnection, "change", slack.pk)).content


def test_nobody_without_staff_comes_in(client, db):
    client.force_login(isa(TeamFactory()).user)

    for path in (page(User, "changelist"), reverse("admin-audit"), reverse("admin-promises")):
        assert client.get(path).status_code == 302
    assert Client().get(reverse("admin-audit")).status_code == 302


def test_rows_link_to_what_refers_to_them(browser, handoff):
    shown = browser.get(page(type(handoff.lead), "change", handoff.lead_id)).content.decode()
    address = f"{page(Handoff, 'changelist')}?lead__exact={handoff.lead_id}"

    assert address in shown
    assert str(handoff) in browser.get(address).content.decode()


class TestBounds:
    @pytest.mark.usefixtures("handoff")
    def test_a_list_is_never_counted_to_its_end(self, browser, monkeypatch):
        monkeypatch.setattr(read_only, "COUNTED", 2)
        with CaptureQueriesContext(
            connection,
        ) as seen:
            answer = browser.get(page(Delivery, "changelist"))

        counts = [
            each["sql"] for each in seen.captured_queries if "COUNT(" in each["sql"] and "delivery" in each["sql"]
        ]
        assert counts
        assert all("LIMIT 2" in sql for sql in counts)
        assert answer.context["cl"].result_count == 2

    def test_a_list_that_takes_too_long_says_what_to_do(self, browser, monkeypatch):
        monkeypatch.setattr(read_only, "PATIENCE", "1ms")
        with connection.cursor() as cursor:
            cursor.execute(
                "INSERT INTO notifications_timer (key, kind, about, due_at)"
                " SELECT 'k' || n, 'x', 'y', now() FROM generate_series(1, 60000) n"
            )
        answer = browser.get(page(Timer, "changelist") + "?kind__contains=zz&key__contains=zz")

        assert answer.status_code == 302
        assert answer["Location"] in {page(Timer, "changelist"), page(Timer, "changelist") + "?e=1"}

    def test_a_lead_is_found_by_name_number_and_address(self, browser, handoff):
        lead = handoff.lead
        address, number = lead.emails.get().address, lead.phones.first().number
        for asked in (lead.first_name[:6], address, str(number)):
            found = browser.get(page(type(lead), "changelist"), {"q": asked})
            assert lead.pk in {row.pk for row in found.context["cl"].result_list}, asked
