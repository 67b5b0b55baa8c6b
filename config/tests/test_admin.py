"""The admin shows everything, writes nothing by itself, and mends through verbs, with a name and a reason."""

import re
from datetime import timedelta

import pytest
import time_machine
from django.apps import apps
from django.contrib import admin
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse
from django.utils import timezone

import config.urls  # noqa: F401 - completes the admin
from handoff.models import Appointment, Handoff
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, appointment, open_handoff, ready
from handoff.tests.live.ground import accepted, on_call, ringing
from leads.models import Activity
from notifications.models import Delivery, Timer
from notifications.promises.owed import State
from teams.auditing import is_secret
from teams.models import ApiToken, AuditEntry, Policy, SlackConnection, User
from teams.presence import go_on_call, presence_of
from teams.repair import read_only
from teams.repair.read_only import ReadOnlyAdmin
from teams.tests.factories import TeamFactory, agent, isa
from teams.tokens import create_token, find_token

ROOMS = {"handoff", "leads", "notifications", "teams"}
EVERYTHING = sorted(admin.site._registry, key=lambda model: model._meta.label)
REASON = "They asked for it by phone"


@pytest.fixture
def staff(db):
    return User.objects.create_superuser("admin@example.com", "a long test password", name="Ada Sample")


@pytest.fixture
def browser(staff, client):
    client.force_login(staff)
    return client


@pytest.fixture
def handoff(db):
    with time_machine.travel(NOW, tick=False):
        yield open_handoff(ready(TeamFactory()))


def page(model, kind, *args):
    return reverse(f"admin:{model._meta.app_label}_{model._meta.model_name}_{kind}", args=args)


def act(browser, action, *rows, reason=REASON, **more):
    """Choose rows and an action, and confirm."""
    said = {"action": action, "_selected_action": [row.pk for row in rows], "confirmed": "yes", "reason": reason}
    return browser.post(page(type(rows[0]), "changelist"), {**said, **more}, follow=True)


def signed_in(person):
    """A browser in which this person signed in through the page."""
    person.set_password("a long test password")
    person.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": "a long test password"})
    assert browser.get("/today/").status_code == 200
    return browser


def told(answer):
    return [str(each) for each in answer.context["messages"]]


@pytest.mark.parametrize("model", EVERYTHING, ids=lambda model: model._meta.label)
def test_it_shows_and_never_writes(model, browser):
    team = TeamFactory()
    for _ in range(2):  # a list that asks row by row fails
        open_handoff(ready(team), to=agent(team))
    create_token(membership=isa(team), scopes=[], name="Dialer", at=timezone.now())
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


class TestMending:
    def test_nothing_is_done_before_it_is_confirmed_with_a_reason(self, browser, handoff):
        asked = browser.post(page(Handoff, "changelist"), {"action": "take_back", "_selected_action": [handoff.pk]})
        empty = act(browser, "take_back", handoff, reason=" ")

        for answer in (asked, empty):
            assert b"Take back to the ISA" in answer.content
            assert str(handoff).encode() in answer.content
        handoff.refresh_from_db()
        assert handoff.status == HandoffStatus.OPEN

    def test_a_handoff_is_taken_back_with_the_name_of_who_did_it(self, browser, handoff):
        answer = act(browser, "take_back", handoff)

        handoff.refresh_from_db()
        assert (handoff.status, handoff.close_reason) == (HandoffStatus.RETURNED, REASON)
        assert told(answer)[0].endswith(f"took handoff {handoff.pk} back.")
        line = Activity.objects.filter(lead=handoff.lead, kind="mended").get()
        assert line.summary == f"Ada Sample (staff) took handoff {handoff.pk} back: {REASON}"
        assert LogEntry.objects.get().change_message == line.summary
        entry = AuditEntry.objects.filter(model="handoff.handoff", row=handoff.pk).first()
        assert entry.context.metadata["user"] == User.objects.get(email="admin@example.com").pk
        assert entry.context.metadata["route"].startswith("/admin/")

    def test_what_has_ended_is_refused_in_words_and_leaves_no_line(self, browser, handoff):
        act(browser, "take_back", handoff)
        lines = Activity.objects.count()

        answer = act(browser, "take_back", handoff)

        assert told(answer)
        assert "took" not in told(answer)[0]
        assert Activity.objects.count() == lines

    def test_a_cancelled_meeting_is_called_off_for_everybody(self, browser, handoff):
        act(browser, "cancel", handoff)

        handoff.refresh_from_db()
        assert handoff.status == HandoffStatus.CANCELLED
        methods = {each.invite["method"] for each in Delivery.objects.filter(about=handoff.about, kind="cancelled")
                   if each.invite}  # fmt: skip
        assert methods <= {"CANCEL"}
        assert handoff.appointment.status == AppointmentStatus.CANCELLED

    def test_a_handoff_without_a_meeting_has_none_to_cancel(self, browser, handoff):
        Handoff.objects.filter(pk=handoff.pk).update(appointment=None)

        assert "no appointment" in told(act(browser, "cancel", handoff))[0]

    def test_a_failed_delivery_is_tried_again(self, browser, handoff):
        delivery = Delivery.objects.filter(about=handoff.about, channel="email").first()
        Delivery.objects.filter(pk=delivery.pk).update(state=State.FAILED, done_at=NOW, answer="550 No such user")

        act(browser, "try_again", delivery)

        delivery.refresh_from_db()
        assert (delivery.state, delivery.answer) == (State.WAITING, "")
        assert Activity.objects.get(kind="mended").summary.startswith("Ada Sample (staff) had handoff/")

    def test_a_stuck_delivery_is_dropped_and_one_that_is_done_is_not(self, browser, handoff):
        stuck, done = Delivery.objects.filter(about=handoff.about)[:2]
        Delivery.objects.filter(pk=done.pk).update(state=State.DONE)

        answer = act(browser, "drop", stuck, done)

        stuck.refresh_from_db()
        assert (stuck.state, stuck.answer) == (State.DROPPED, f"Dropped by staff: {REASON}")
        assert len(told(answer)) == 2
        assert any("ended already" in words for words in told(answer))

    def test_a_transfer_under_way_is_ended_whether_it_rings_or_was_accepted(self, browser):
        with time_machine.travel(NOW, tick=False):
            rung, taken = ready(TeamFactory()), ready(TeamFactory())
            on_call(rung)
            ana = on_call(taken)
            transfers = ringing(rung), accepted(ringing(taken), ana)

        act(browser, "end_transfer", *transfers)

        ended = [type(each).objects.get(pk=each.pk) for each in transfers]
        assert [(each.status, each.end_reason) for each in ended] == [("cancelled", REASON), ("dropped", REASON)]
        assert Activity.objects.filter(lead=rung, kind="mended").exists()
        assert "called off" in told(act(browser, "end_transfer", transfers[0]))[0]

    def test_a_phone_that_was_left_behind_is_taken_off_call(self, browser):
        member = agent(TeamFactory())
        now = timezone.now()
        presence = go_on_call(member=member, until=now + timedelta(hours=2), at=now)

        act(browser, "take_off_call", presence)

        assert presence_of(member, at=timezone.now()) is None
        assert "not on call" in told(act(browser, "take_off_call", presence))[0]

    @pytest.mark.usefixtures("handoff")
    def test_an_expired_hold_is_released(self, browser):
        hold = appointment(agent(TeamFactory()), starts_at=SLOT)
        Appointment.objects.filter(pk=hold.pk).update(
            status=AppointmentStatus.HELD_SLOT, held_until=NOW - timedelta(hours=1)
        )

        act(browser, "release", hold)

        hold.refresh_from_db()
        assert hold.status == AppointmentStatus.EXPIRED
        assert "no longer one" in told(act(browser, "release", hold))[0]

    def test_a_person_is_signed_out_of_every_browser_and_nobody_else_is(self, browser):
        member, other = isa(TeamFactory()), isa(TeamFactory())
        theirs, another = signed_in(member.user), signed_in(other.user)

        answer = act(browser, "end_sessions", member.user)

        assert "out everywhere (1)" in told(answer)[0]
        assert theirs.get("/today/").status_code == 302
        assert another.get("/today/").status_code == 200

    def test_a_token_is_revoked_at_once(self, browser):
        token, text = create_token(membership=isa(TeamFactory()), scopes=[], name="Dialer", at=timezone.now())

        act(browser, "revoke", token)

        assert find_token(text, at=timezone.now()) is None
        assert "revoked before" in told(act(browser, "revoke", token))[0]
        assert ApiToken.objects.get().revoked_at

    def test_who_may_look_may_not_mend(self, client, handoff):
        looker = User.objects.create_user("look@example.com", "a long test password", name="Lou Sample", is_staff=True)
        looker.user_permissions.set(Permission.objects.filter(codename__startswith="view_"))
        client.force_login(looker)
        assert client.get(page(Handoff, "changelist")).status_code == 200

        act(client, "take_back", handoff)

        handoff.refresh_from_db()
        assert handoff.status == HandoffStatus.OPEN

    @pytest.mark.usefixtures("handoff")
    def test_too_many_rows_at_once_are_refused(self, browser, monkeypatch):
        monkeypatch.setattr("teams.repair.actions.AT_ONCE", 1)
        first, second = Delivery.objects.all()[:2]

        assert told(act(browser, "drop", first, second)) == ["At most 1 rows at once."]
        assert not Delivery.objects.filter(state=State.DROPPED).exists()


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
