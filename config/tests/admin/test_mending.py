"""The admin mends through verbs, with a name and a reason."""

from datetime import timedelta

import pytest
import time_machine
from django.contrib.admin.models import LogEntry
from django.contrib.auth.models import Permission
from django.test import Client
from django.utils import timezone

from config.tests.admin.acting import REASON, act, page, told
from handoff.models import Appointment, Handoff
from handoff.states import AppointmentStatus, HandoffStatus
from handoff.tests.factories import NOW, SLOT, appointment, ready
from handoff.tests.live.ground import accepted, on_call, ringing
from leads.models import Activity
from notifications.models import Delivery
from notifications.promises.owed import State
from teams.models import ApiToken, AuditEntry, User
from teams.presence import go_on_call, presence_of
from teams.tests.factories import TeamFactory, agent, isa
from teams.tokens import create_token, find_token


def signed_in(person):
    """A browser in which this person signed in through the page."""
    person.set_password("a long test password")
    person.save()
    browser = Client()
    browser.post("/accounts/login/", {"login": person.email, "password": "a long test password"})
    assert browser.get("/today/").status_code == 200
    return browser


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
