from datetime import timedelta

import pytest

from leads.models import Recording, Task
from leads.models.recordings import NoRecording, RecordingKind
from leads.recordings import BadLink, attach_link, current_recording, has_recording, no_recording, promise_link
from leads.signals import recording_changed
from leads.tests.factories import NOW, RECORDING
from notifications.models import Timer
from notifications.promises.timers import fire_due
from teams.models import Policy

pytestmark = pytest.mark.django_db

MINUTE = timedelta(minutes=1)


def open_tasks():
    return list(Task.objects.open().order_by("pk"))


def test_a_new_lead_has_no_recording(lead):
    assert not has_recording(lead)
    assert current_recording(lead) is None


def test_a_link_is_a_recording(lead):
    attach_link(lead=lead, url=f"  {RECORDING} ", actor=lead.isa, at=NOW)

    assert current_recording(lead).url == RECORDING
    assert current_recording(lead).arrived_at == NOW


def test_the_same_link_twice_is_one_recording(lead):
    first = attach_link(lead=lead, url=RECORDING, actor=lead.isa, at=NOW)

    assert attach_link(lead=lead, url=RECORDING, actor=lead.isa, at=NOW) == first
    assert Recording.objects.count() == 1


@pytest.mark.parametrize(
    "url",
    [
        "",
        "my recording",
        "javascript:alert(1)",
        "data:audio/mp3;base64,AAAA",
        "file:///etc/passwd",
        "http://recordings.example.com/1.mp3",
        "http://testserver@recordings.example.com/1.mp3",
        "ftp://recordings.example.com/1.mp3",
        "https://recordings.example.com/1.mp3\r\nX: y",
        "https://recordings.example.com/" + "x" * 1000,
    ],
)
def test_what_is_no_web_address_is_refused(lead, url):
    with pytest.raises(BadLink):
        attach_link(lead=lead, url=url, actor=lead.isa, at=NOW)

    assert not Recording.objects.exists()


def test_a_recording_of_our_own_may_be_plain_http(lead, settings):
    settings.BASE_URL = "http://127.0.0.1:8000"

    attach_link(lead=lead, url="http://127.0.0.1:8000/demo/1.wav", actor=lead.isa, at=NOW)

    assert current_recording(lead).url == "http://127.0.0.1:8000/demo/1.wav"


def test_a_promise_counts_and_is_made_once(lead):
    first = promise_link(lead=lead, actor=lead.isa, at=NOW)

    assert promise_link(lead=lead, actor=lead.isa, at=NOW + MINUTE) == first
    assert has_recording(lead)
    assert Timer.objects.count() == 2


def test_after_15_minutes_who_promised_is_asked_and_after_two_hours_the_team_lead(lead, boss):
    promise_link(lead=lead, actor=lead.isa, at=NOW)

    fire_due(at=NOW + 14 * MINUTE)
    assert open_tasks() == []

    fire_due(at=NOW + 15 * MINUTE)
    [task] = open_tasks()
    assert (task.assignee, task.lead, task.is_urgent) == (lead.isa, lead, False)
    assert task.link == f"/leads/{lead.pk}/#recording"

    fire_due(at=NOW + 120 * MINUTE)
    _, escalated = open_tasks()
    assert (escalated.assignee, escalated.is_urgent) == (boss, True)


def test_the_policy_of_the_promise_says_when_who_is_asked(lead):
    Policy.objects.filter(team=lead.team).update(recording_isa_minutes=5, recording_lead_minutes=30)
    lead.team.policy.refresh_from_db()
    promise_link(lead=lead, actor=lead.isa, at=NOW)
    Policy.objects.filter(team=lead.team).update(recording_isa_minutes=200, recording_lead_minutes=400)
    due = Timer.objects.order_by("due_at").values_list("kind", "due_at")
    assert list(due) == [("recording_owed_isa", NOW + 5 * MINUTE), ("recording_owed_lead", NOW + 30 * MINUTE)]


def test_a_link_that_arrives_keeps_the_promise_and_ends_what_was_asked(lead, boss):
    promised = promise_link(lead=lead, actor=lead.isa, at=NOW)
    fire_due(at=NOW + 15 * MINUTE)

    arrived = attach_link(lead=lead, url=RECORDING, actor=boss, at=NOW + 20 * MINUTE)

    assert arrived.pk == promised.pk
    assert (arrived.kind, arrived.said_by, arrived.arrived_at) == (
        RecordingKind.LINK,
        lead.isa,
        NOW + 20 * MINUTE,
    )
    assert open_tasks() == []
    fire_due(at=NOW + 120 * MINUTE)
    assert open_tasks() == []


def test_a_reason_ends_a_promise_too(lead):
    promise_link(lead=lead, actor=lead.isa, at=NOW)

    no_recording(lead=lead, reason=NoRecording.RECORDER_FAILED, actor=lead.isa, at=NOW + MINUTE)

    assert current_recording(lead).reason == NoRecording.RECORDER_FAILED
    fire_due(at=NOW + 120 * MINUTE)
    assert open_tasks() == []


def test_without_a_team_lead_the_isa_is_still_asked(lead):
    promise_link(lead=lead, actor=lead.isa, at=NOW)

    fire_due(at=NOW + 120 * MINUTE)

    assert [task.assignee for task in open_tasks()] == [lead.isa]


def test_each_change_is_announced_once(lead):
    heard = []

    def hear(*, recording, **_):
        heard.append(recording.kind)

    recording_changed.connect(hear, weak=False)
    try:
        promise_link(lead=lead, actor=lead.isa, at=NOW)
        promise_link(lead=lead, actor=lead.isa, at=NOW)
        attach_link(lead=lead, url=RECORDING, actor=lead.isa, at=NOW)
    finally:
        recording_changed.disconnect(hear)

    assert heard == ["to_follow", "link"]
