"""Mails of a drip as a mail server receives them: each once, in the client's day, and one after an outage."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest

from leads.drips import sequences
from leads.models import Activity, DripMail, DripStep, Enrolment
from leads.models.drips import DripState, Why
from leads.tests.drips.writing import POSTAL, TEXT, a_sequence, enrolled, run
from leads.tests.factories import NOW
from notifications.models import Timer

pytestmark = pytest.mark.django_db

DANA = "dana@example.com"


def nine(day, month=11):
    """Nine in the morning in Chicago, in winter."""
    return datetime(2026, month, day, 15, tzinfo=UTC)


def subjects(smtp_server):
    return [mail["Subject"] for mail in smtp_server.to(DANA)]


def test_every_mail_goes_out_once_at_its_hour(lead, team, smtp_server):
    enrolment = enrolled(lead, a_sequence(team))
    assert enrolment.next_at == nine(24)
    for hours in range(24 * 9):
        run(NOW + timedelta(hours=hours))

    assert subjects(smtp_server) == ["Mail 1 of Nurture", "Mail 2 of Nurture", "Mail 3 of Nurture"]
    owed = DripMail.objects.order_by("owed_at").values_list("owed_at", flat=True)
    assert [at.date().day for at in owed] == [24, 26, 30]
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.next_step, enrolment.why) == (DripState.FINISHED, None, "")
    assert Timer.objects.filter(about=enrolment.about, fired_at=None).count() == 0


def test_a_mail_is_a_letter_in_the_teams_words(lead, team, isa, smtp_server):
    enrolled(lead, a_sequence(team))
    run(nine(24))

    (mail,) = smtp_server.messages
    for kind in ("plain", "html"):
        text = mail.get_body((kind,)).get_content()
        assert "Hi Dana," in text
        assert "Hello Dana" not in text
        assert "Robin" in text
        assert POSTAL in text
        assert "looking to you" not in text  # the area is not known
        assert "[" not in text.replace("[if", "")
    assert mail["List-Unsubscribe"]
    assert Activity.objects.filter(lead=lead, kind="drip").latest("pk").summary.endswith("is on its way")


def test_after_an_outage_one_mail_goes_out_and_the_rest_keep_their_distance(lead, team, smtp_server):
    enrolment = enrolled(lead, a_sequence(team))
    late = nine(10, month=12)  # all three are overdue
    for _ in range(3):
        run(late)

    assert subjects(smtp_server) == ["Mail 1 of Nurture"]
    enrolment.refresh_from_db()
    assert enrolment.next_at == nine(12, month=12)
    run(nine(12, month=12))
    enrolment.refresh_from_db()
    assert enrolment.next_at == nine(16, month=12)
    assert len(subjects(smtp_server)) == 2


def test_a_timer_that_fires_at_night_sends_in_the_morning(lead, team, smtp_server):
    enrolled(lead, a_sequence(team))
    night = datetime(2026, 11, 26, 5, tzinfo=UTC)  # 23:00 in Chicago
    run(night)
    assert subjects(smtp_server) == []

    run(datetime(2026, 11, 26, 14, tzinfo=UTC))  # 8:00
    assert subjects(smtp_server) == ["Mail 1 of Nurture"]


def test_days_and_hours_are_the_clients_over_a_change_of_clocks(lead, team):
    before = datetime(2026, 10, 31, 16, tzinfo=UTC)  # the night to November clocks go back
    enrolment = enrolled(lead, a_sequence(team), at=before)

    assert enrolment.next_at == datetime(2026, 11, 1, 15, tzinfo=UTC)  # 9:00 CST; in summer it was 14:00 UTC


@pytest.mark.parametrize(("hour", "day"), [(12, 23), (9, 24)], ids=["still to come", "over"])
def test_day_zero_is_today_while_its_hour_is_to_come(lead, team, hour, day):
    enrolment = enrolled(lead, a_sequence(team, days=[0], hour=hour))

    assert enrolment.next_at.date().day == day


def test_an_edit_counts_for_mails_to_come(lead, team, boss, smtp_server):
    sequence = a_sequence(team)
    enrolled(lead, sequence)
    run(nine(24))
    step = sequence.steps.get(after_days=3)
    said = {"after_days": 3, "hour": 9, "text": TEXT}
    sequences.save_step(step=step, subject="New words", **said, actor=boss, at=nine(25))
    run(nine(26))

    assert subjects(smtp_server) == ["Mail 1 of Nurture", "New words"]


def test_a_mail_that_was_removed_makes_room_for_the_next(lead, team, boss, smtp_server):
    sequence = a_sequence(team)
    enrolment = enrolled(lead, sequence)
    run(nine(24))
    sequences.remove_step(step=sequence.steps.get(after_days=3), actor=boss, at=nine(25))
    for day in (26, 27, 30):
        run(nine(day))

    assert subjects(smtp_server) == ["Mail 1 of Nurture", "Mail 3 of Nurture"]
    enrolment.refresh_from_db()
    assert enrolment.state == DripState.FINISHED


def test_a_mail_that_was_added_goes_out_in_its_turn(lead, team, boss, smtp_server):
    sequence = a_sequence(team, days=[1])
    enrolled(lead, sequence)
    said = {"after_days": 2, "hour": 9, "subject": "Added", "text": TEXT}
    sequences.save_step(step=DripStep(sequence=sequence), **said, actor=boss, at=NOW)
    for day in (24, 25):
        run(nine(day))

    assert subjects(smtp_server) == ["Mail 1 of Nurture", "Added"]


@pytest.mark.parametrize("lost", ["address", "postal"])
def test_what_cannot_be_sent_stops_and_says_so(lead, team, smtp_server, lost):
    enrolment = enrolled(lead, a_sequence(team))
    if lost == "address":
        lead.emails.all().delete()
    else:
        type(team).objects.filter(pk=team.pk).update(postal_address="")
    run(nine(24))

    assert smtp_server.messages == []
    enrolment.refresh_from_db()
    assert (enrolment.state, enrolment.why) == (DripState.STOPPED, Why.UNSENDABLE)


def test_two_sweeps_send_one_mail(lead, team, smtp_server):
    enrolled(lead, a_sequence(team))
    timer = Timer.objects.get(kind="drip_step")
    run(nine(24))
    Timer.objects.filter(pk=timer.pk).update(fired_at=None)  # it fires again, as it never should
    run(nine(24))

    assert len(subjects(smtp_server)) == 1
    assert Enrolment.objects.get().state == DripState.RUNNING
