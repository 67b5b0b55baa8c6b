"""How much of the call an agent has heard: what was played counts once, and never more than can be true."""

from datetime import timedelta

import pytest
from django.urls import reverse
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from handoff.brief import brief_for, read_brief
from handoff.listening import FASTEST, SILENCE, hear, open_call
from handoff.models import BriefRead
from handoff.tests.factories import NOW, open_handoff, ready
from handoff.tests.pages import HTMX, signed_in
from leads.models import Activity
from leads.recordings import attach_link
from teams.tests.factories import TeamFactory, isa
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db

LENGTH = 245


@pytest.fixture
def handoff():
    return open_handoff()


@pytest.fixture
def call(handoff):
    return attach_link(lead=handoff.lead, url="https://calls.example.com/1.mp3", actor=handoff.setter, at=NOW)


def told(handoff, call, *spans, after, length=LENGTH):
    """What the player tells so many seconds after it began."""
    at = NOW + timedelta(seconds=after)
    return hear(handoff=handoff, member=handoff.agent, call=call, spans=spans, length=length, at=at)


def test_what_was_played_is_counted_as_it_goes(handoff, call):
    told(handoff, call, after=0)
    told(handoff, call, (0, 20), after=10)
    read = told(handoff, call, (0, 40), after=20)

    assert (read.heard_seconds, read.call_seconds, read.share) == (40, LENGTH, 16)
    assert read.heard == [(0, 40)]


def test_a_second_counts_once_however_often_it_is_told(handoff, call):
    told(handoff, call, after=0)
    for _ in range(3):
        told(handoff, call, (0, 20), (10, 20), after=10)
    read = told(handoff, call, (0, 20), after=30)

    assert read.heard_seconds == 20
    assert BriefRead.objects.filter(handoff=handoff).count() == 1


def test_what_was_jumped_over_was_not_heard(handoff, call):
    told(handoff, call, after=0)
    read = told(handoff, call, (0, 10), (200, 210), after=10)

    assert read.heard_seconds == 20


def test_nothing_can_be_heard_before_it_began_to_play(handoff, call):
    assert told(handoff, call, (0, LENGTH), after=0).heard_seconds == 0


@pytest.mark.parametrize("seconds", [1, 10, 59])
def test_no_more_is_counted_than_the_fastest_could_hear(handoff, call, seconds):
    told(handoff, call, after=0, length=6000)
    read = told(handoff, call, (0, 6000), after=seconds, length=6000)

    assert read.heard_seconds == int(seconds * FASTEST)


def test_a_long_silence_counts_as_a_minute(handoff, call):
    told(handoff, call, after=0, length=6000)
    read = told(handoff, call, (0, 6000), after=3600, length=6000)

    assert read.heard_seconds == SILENCE.total_seconds() * FASTEST


def test_a_word_that_was_lost_is_made_good_by_the_next(handoff, call):
    told(handoff, call, after=0)
    read = told(handoff, call, (0, 60), after=30)

    assert read.heard_seconds == 60


def test_the_call_is_no_longer_than_it_is(handoff, call):
    told(handoff, call, after=0, length=30)
    told(handoff, call, (0, 500), after=50, length=500)
    read = told(handoff, call, (20, 25), (28, 999), after=60, length=999)

    assert (read.heard_seconds, read.call_seconds, read.share) == (30, 30, 100)


def test_another_call_begins_anew(handoff, call):
    told(handoff, call, after=0)
    told(handoff, call, (0, 20), after=10)
    other = attach_link(lead=handoff.lead, url="https://calls.example.com/2.mp3", actor=handoff.setter, at=NOW)
    read = told(handoff, other, (0, 50), after=20, length=100)

    assert (read.heard_seconds, read.call_seconds, read.call) == (0, 100, other)


def test_listening_is_reading_and_the_story_tells_it_once(handoff, call):
    told(handoff, call, after=0)
    told(handoff, call, (0, 20), after=10)
    told(handoff, call, (0, 40), after=20)

    kinds = list(Activity.objects.filter(lead=handoff.lead).values_list("kind", flat=True))
    assert kinds.count("brief_read") == kinds.count("brief_heard") == 1


def test_a_call_that_opens_in_a_tab_counts_as_opened(handoff, call):
    open_call(handoff=handoff, member=handoff.agent, call=call, at=NOW)
    read = open_call(handoff=handoff, member=handoff.agent, call=call, at=NOW + timedelta(minutes=1))

    assert (read.call_opened_at, read.heard_seconds) == (NOW, 0)
    assert Activity.objects.filter(kind="brief_heard").count() == 1


SPANS = st.lists(st.tuples(st.integers(0, 400), st.integers(0, 400)).filter(lambda pair: pair[0] < pair[1]), max_size=6)


@settings(
    max_examples=25, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow]
)
@given(st.lists(st.tuples(st.integers(0, 120), SPANS), max_size=6))
def test_whatever_is_told_it_stays_within_the_call_and_the_time(handoff, call, words):
    BriefRead.objects.all().delete()
    after = was = 0
    for pause, spans in words:
        after += pause
        read = told(handoff, call, *spans, after=after)
        assert was <= read.heard_seconds <= min(LENGTH, int(after * FASTEST))
        assert all(0 <= begins < ends <= LENGTH for begins, ends in read.heard)
        was = read.heard_seconds


# --- The page ---------------------------------------------------------------------------------------------------------


def post(member, handoff, call, **body):
    return signed_in(member).post(reverse("handoff:heard", args=[handoff.pk, call.pk]), body)


def test_the_brief_gives_the_agents_player_where_to_tell(handoff, call):
    url = reverse("handoff:heard", args=[handoff.pk, call.pk])
    brief = reverse("handoff:brief", args=[handoff.pk])

    assert f'data-heard-url="{url}"' in signed_in(handoff.agent).get(brief).content.decode()
    assert "data-heard-url" not in signed_in(handoff.setter).get(brief).content.decode()


def test_a_link_that_opens_in_a_tab_tells_too(handoff):
    page = attach_link(lead=handoff.lead, url="https://calls.example.com/play/1", actor=handoff.setter, at=NOW)
    brief = signed_in(handoff.agent).get(reverse("handoff:brief", args=[handoff.pk])).content.decode()
    answer = post(handoff.agent, handoff, page, opened="1")

    assert f'data-opened-url="{reverse("handoff:heard", args=[handoff.pk, page.pk])}"' in brief
    assert answer.status_code == 204
    assert BriefRead.objects.get(handoff=handoff).call_opened_at is not None


def test_only_the_agents_own_listening_counts(handoff, call):
    body = {"spans": "0-20", "length": "60"}

    assert post(handoff.setter, handoff, call, **body).status_code == 204
    assert not BriefRead.objects.exists()
    assert post(isa(TeamFactory.create()), handoff, call, **body).status_code == 404
    assert post(handoff.agent, handoff, call, **body).status_code == 204
    assert BriefRead.objects.get().membership == handoff.agent


def test_the_call_of_another_lead_is_not_there(handoff):
    other = attach_link(lead=ready(handoff.team), url="https://calls.example.com/3.mp3", actor=handoff.setter, at=NOW)

    assert post(handoff.agent, handoff, other, spans="0-20", length="60").status_code == 404


@pytest.mark.parametrize(
    "body",
    [
        {},
        {"spans": "0-20"},
        {"length": "0"},
        {"length": "-1"},
        {"length": "1e9"},
        {"length": "99999999"},
        {"length": "60", "spans": "x"},
        {"length": "60", "spans": "0-20,"},
        {"length": "60", "spans": ",".join(["0-1"] * 201)},
    ],
)
def test_nonsense_is_refused(handoff, call, body):
    assert post(handoff.agent, handoff, call, **body).status_code == 422
    assert not BriefRead.objects.exists()


def test_isa_and_team_lead_see_both_receipts(handoff, call):
    read_brief(handoff=handoff, membership=handoff.agent, at=NOW)
    told(handoff, call, after=0)
    told(handoff, call, (0, 40), after=20)
    boss = team_lead(handoff.team)

    panel = signed_in(handoff.setter).get(reverse("handoff:panel", args=[handoff.lead_id]), **HTMX).content.decode()
    board = signed_in(boss).get(reverse("handoff:baton")).content.decode()
    brief = signed_in(boss).get(reverse("handoff:brief", args=[handoff.pk])).content.decode()

    for page in (panel, board, brief):
        assert "listened to 0:40 of 4:05" in page
    assert brief_for(handoff, viewer=boss).agent_read.share == 16
