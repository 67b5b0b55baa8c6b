"""When to call again: by result, by attempt, and by the client's clock."""

from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest

from leads.models import Lead
from leads.models.calls import CallResult
from leads.next_call import DAYS, call_choices, suggested_call
from leads.states import Stage
from teams.quiet_hours import is_quiet

CHICAGO = "America/Chicago"


def at(words, zone=CHICAGO):
    return datetime.fromisoformat(words).replace(tzinfo=ZoneInfo(zone)).astimezone(UTC)


def suggested(result, when, *, unanswered=1, zone=CHICAGO, stage=Stage.CONTACTING):
    found = suggested_call(result, unanswered=unanswered, zone_name=zone, stage=stage, at=when)
    return found and f"{found.astimezone(ZoneInfo(zone)):%a %H:%M}"


@pytest.mark.parametrize(
    ("called", "again"),
    [
        ("2026-11-23 10:00", "Mon 13:00"),
        ("2026-11-23 10:02:31", "Mon 13:05"),
        ("2026-11-23 17:55", "Mon 20:55"),
        ("2026-11-23 18:01", "Tue 09:30"),
        ("2026-11-23 23:30", "Tue 09:30"),
        ("2026-11-23 04:00", "Mon 08:00"),
    ],
)
def test_after_the_first_call_that_nobody_answered_it_is_later_the_same_day(called, again):
    assert suggested(CallResult.NO_ANSWER, at(called)) == again


@pytest.mark.parametrize(
    ("unanswered", "again"),
    [(2, "Tue 12:30"), (3, "Wed 12:30"), (4, "Fri 12:30"), (5, "Mon 12:30"), (6, "Mon 12:30"), (99, "Wed 12:30")],
)
def test_the_more_often_in_vain_the_longer_the_wait_and_at_another_hour(unanswered, again):
    assert suggested(CallResult.NO_ANSWER, at("2026-11-23 10:00"), unanswered=unanswered) == again


@pytest.mark.parametrize(
    ("called", "again"),
    [("10:59", "Tue 12:30"), ("11:00", "Tue 17:30"), ("15:00", "Tue 09:30"), ("20:00", "Tue 09:30")],
)
def test_mornings_noons_and_evenings_take_turns(called, again):
    assert suggested(CallResult.VOICEMAIL, at(f"2026-11-23 {called}")) == again


def test_whoever_answered_is_called_two_days_later_at_the_hour_that_worked():
    assert suggested(CallResult.ANSWERED, at("2026-11-23 18:12")) == "Wed 18:15"


def test_the_hour_that_worked_stays_that_hour_over_a_change_of_clocks():
    assert suggested(CallResult.ANSWERED, at("2026-10-31 10:00")) == "Mon 10:00"


def test_a_wrong_number_is_not_called_again():
    assert suggested(CallResult.WRONG_NUMBER, at("2026-11-23 10:00")) is None


@pytest.mark.parametrize("stage", [Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.MET, Stage.CLOSED, Stage.LOST])
def test_no_call_is_planned_where_somebody_else_has_the_next_word(stage):
    assert suggested(CallResult.NO_ANSWER, at("2026-11-23 10:00"), stage=stage) is None


@pytest.mark.parametrize("zone", ["Pacific/Honolulu", "America/New_York", "Asia/Kathmandu"])
@pytest.mark.parametrize("hour", range(0, 24, 3))
@pytest.mark.parametrize("result", [CallResult.ANSWERED, CallResult.NO_ANSWER, CallResult.VOICEMAIL])
def test_no_suggestion_lies_in_the_clients_quiet_hours_or_in_the_past(zone, hour, result):
    now = datetime(2026, 11, 23, hour, 7, tzinfo=UTC)
    for unanswered in range(1, max(map(len, DAYS.values())) + 2):
        found = suggested_call(result, unanswered=unanswered, zone_name=zone, stage=Stage.CONTACTING, at=now)
        assert found is not None
        assert not is_quiet(zone, at=found)
        assert found > now


def test_the_block_offers_four_results_each_with_a_key_and_what_it_suggests():
    lead = Lead(stage=Stage.CONTACTING, zone=CHICAGO, unanswered_calls=1)

    choices = call_choices(lead, at=at("2026-11-23 10:00"))

    assert [(choice.key, choice.value) for choice in choices] == [
        ("a", "answered 2026-11-25T16:00:00+00:00"),
        ("n", "no_answer 2026-11-24T18:30:00+00:00"),
        ("v", "voicemail 2026-11-25T18:30:00+00:00"),
        ("w", "wrong_number"),
    ]
