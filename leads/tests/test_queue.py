"""The queue says whom to call now."""

from datetime import timedelta

import pytest
from django.urls import reverse

from leads.calls import log_call
from leads.contacts import add_phone
from leads.models import Call, Lead
from leads.models.calls import CallResult
from leads.queries.queue import ROWS, Why, queue_of
from leads.states import Stage, Via
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import HOSTILE, send, url
from leads.todo import add_task
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

HOUR = timedelta(hours=1)
HONOLULU = "Pacific/Honolulu"  # 6:00 while it is 10:00 in Chicago


@pytest.fixture(autouse=True)
def now(time_machine):
    time_machine.move_to(NOW, tick=False)


@pytest.fixture
def make(team, isa):
    def lead(name, **fields):
        return LeadFactory.create(**{"team": team, "isa": isa, "first_name": name} | fields)

    return lead


def names(rows):
    return [row.lead.first_name for row in rows]


def in_queue(isa):
    return names(queue_of(isa, isa=isa, at=NOW).now)


def page_of(client, **asked):
    return client.get(reverse("leads:queue"), asked)


def test_the_most_urgent_comes_first(make, isa):
    make("Again", stage=Stage.CONTACTING)
    make("Verify", stage=Stage.QUALIFIED)
    add_task(key="t", assignee=isa, lead=make("Task", stage=Stage.NURTURE), title="Add the recording", kind="recording",
             at=NOW, due_at=NOW)  # fmt: skip
    make("NoShow", stage=Stage.NO_SHOW)
    make("First")
    make("DueNow", stage=Stage.CONTACTING, next_call_at=NOW)
    make("DueLong", stage=Stage.NURTURE, next_call_at=NOW - HOUR)

    assert in_queue(isa) == ["DueLong", "DueNow", "First", "NoShow", "Task", "Verify", "Again"]


def test_of_new_leads_the_newest_is_called_first(make, isa):
    make("Older")
    make("Newer")

    assert in_queue(isa) == ["Newer", "Older"]


def test_nobody_is_called_whose_clock_says_that_it_is_too_early(make, isa):
    make("Asleep", zone=HONOLULU)
    make("Due", zone=HONOLULU, stage=Stage.CONTACTING, next_call_at=NOW - HOUR)

    queue = queue_of(isa, isa=isa, at=NOW)

    assert queue.now == []
    assert {row.lead.first_name for row in queue.not_yet} == {"Asleep", "Due"}
    assert {row.opens_at for row in queue.not_yet} == {NOW + 2 * HOUR}
    assert in_queue(isa) == []
    assert set(names(queue_of(isa, isa=isa, at=NOW + 2 * HOUR).now)) == {"Asleep", "Due"}


def test_nobody_is_called_late_in_the_evening(make, isa):
    make("Chicago")
    late = NOW.replace(hour=3, minute=0) + timedelta(days=1)  # 21:00 in Chicago

    assert queue_of(isa, isa=isa, at=late).now == []
    assert names(queue_of(isa, isa=isa, at=late - timedelta(minutes=1)).now) == ["Chicago"]


def test_sleepers_never_hide_who_may_be_called(make, isa):
    for number in range(ROWS + 5):
        make(f"Asleep{number}", zone=HONOLULU)
    make("Awake", stage=Stage.CONTACTING)

    assert in_queue(isa) == ["Awake"]


def test_planned_calls_of_the_next_hours_are_shown_apart(make, isa):
    make("Soon", stage=Stage.CONTACTING, next_call_at=NOW + HOUR)
    make("NextWeek", stage=Stage.CONTACTING, next_call_at=NOW + timedelta(days=7))

    queue = queue_of(isa, isa=isa, at=NOW)

    assert queue.now == []
    assert [(row.lead.first_name, row.call, row.is_planned) for row in queue.not_yet] == [("Soon", Why.LATER, True)]


@pytest.mark.parametrize(
    "stage", [Stage.NURTURE, Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.MET, Stage.CLOSED, Stage.LOST]
)
def test_leads_that_want_nothing_are_not_called(make, isa, stage):
    make("Content", stage=stage)

    assert in_queue(isa) == []


@pytest.mark.parametrize("stage", [Stage.HANDED_OFF, Stage.LOST])
def test_a_plan_of_old_is_void_once_somebody_else_has_the_next_word(make, isa, stage):
    make("Passed", stage=stage, next_call_at=NOW - HOUR)

    assert in_queue(isa) == []


def test_a_lead_without_a_right_number_cannot_be_called(make, isa):
    lead = make("Unreachable", stage=Stage.CONTACTING)
    log_call(lead=lead, result=CallResult.WRONG_NUMBER, actor=isa, via=Via.PAGE, at=NOW)

    assert in_queue(isa) == []


def test_each_isa_sees_their_own_and_the_team_lead_everybodys(make, team, isa, boss, stranger):
    make("Mine")
    other = people.isa(team)
    make("Theirs", isa=other)
    make("Nobodys", isa=None)

    assert in_queue(isa) == ["Mine"]
    assert names(queue_of(boss, isa=None, at=NOW).now) == ["Nobodys", "Theirs", "Mine"]
    assert names(queue_of(boss, isa=other, at=NOW).now) == ["Theirs"]
    assert queue_of(stranger, isa=None, at=NOW).now == []


def test_what_agents_have_to_do_is_no_call_of_the_isas(make, agent, boss):
    lead = make("Met", stage=Stage.HANDED_OFF)
    add_task(key="t", assignee=agent, lead=lead, title="Report how it went", kind="outcome", at=NOW, due_at=NOW)

    assert queue_of(boss, isa=None, at=NOW).now == []


def test_a_long_queue_keeps_the_most_urgent_and_says_that_there_are_more(make, isa):
    for number in range(ROWS + 3):
        make(f"New{number}")
    make("Urgent", stage=Stage.CONTACTING, next_call_at=NOW - HOUR)

    queue = queue_of(isa, isa=isa, at=NOW)

    assert (names(queue.now)[0], len(queue.now), queue.is_cut) == ("Urgent", ROWS, True)


@pytest.mark.parametrize("rows", [1, 4])
def test_the_queue_costs_the_same_however_long(make, browser, boss, isa, rows, django_assert_num_queries):
    for number in range(rows):
        make(f"New{number}")
        make(f"Later{number}", stage=Stage.CONTACTING, next_call_at=NOW + HOUR)
        due = make(f"Due{number}", stage=Stage.CONTACTING, next_call_at=NOW - HOUR)
        log_call(lead=due, result=CallResult.NO_ANSWER, actor=isa, via=Via.PAGE, at=NOW, next_call_at=NOW)

    with django_assert_num_queries(4):
        queue = queue_of(isa, isa=isa, at=NOW)
        assert [len(rows) for rows in (queue.now, queue.not_yet)] == [2 * rows, rows]
        assert all(row.phone and row.urgency for row in queue.now)
    client = browser(boss)
    page_of(client)
    with django_assert_num_queries(
        11
    ):  # four of the queue; session, person with places, inbox, transfer; ISAs, counts, last call
        page_of(client)


def test_the_first_lead_stands_large_with_its_number_and_the_four_results(browser, make, isa):
    lead = make("Dana", phone="+15125550123", source="Website")

    page = page_of(browser(isa)).content.decode()

    assert 'href="tel:+15125550123"' in page
    assert 'href="sms:+15125550123"' in page
    assert "New from Website, never called" in page
    assert reverse("handoff:call-words", args=[lead.pk]) in page
    assert 'data-key="c n"' in page
    assert "10:00 AM CST where they live" in page


def test_a_noted_call_brings_the_next_lead(browser, make, isa):
    make("Second")
    first = make("First")

    answer = send(browser(isa), url("queue-call", first), {"took": "no_answer 2026-11-23T19:00:00+00:00"}, {})

    assert answer.url == reverse("leads:queue")
    page = browser(isa).get(answer.url)
    assert page.context["current"].lead.first_name == "Second"
    assert page.context["counts"].made == 1
    assert Call.objects.get().lead == first


def test_what_was_noted_is_said(browser, make, isa):
    client, lead = browser(isa), make("Dana", last_name="Example")

    answer = send(client, url("queue-call", lead), {"took": "voicemail 2026-11-24T18:30:00+00:00"}, {})

    words = "Dana Example: Left a voicemail. Next call Tue, Nov 24, 12:30 PM CST."
    assert words in client.get(answer.url).content.decode()


def test_a_call_that_cannot_be_noted_leaves_the_lead_where_it_is(browser, make, isa):
    client, lead = browser(isa), make("Dana")

    answer = send(client, url("queue-call", lead), {"took": "shrug"}, {})

    assert "Choose what came of the call." in client.get(answer.url).content.decode()
    assert f"lead={lead.pk}" in answer.url
    assert not Call.objects.exists()


def test_after_a_wrong_number_the_other_number_is_tried_at_once(browser, make, isa):
    client, lead = browser(isa), make("Dana", phone="+15125550123")
    add_phone(lead=lead, phone="+15125550124", actor=isa, at=NOW)
    for number in range(ROWS + 2):
        make(f"Due{number}", stage=Stage.CONTACTING, next_call_at=NOW - HOUR)

    answer = send(client, url("queue-call", lead), {"took": "wrong_number"}, {})

    current = client.get(answer.url).context["current"]
    assert (current.lead, current.phone, current.call) == (lead, "+15125550124", Why.PLANNED)


def test_a_skipped_lead_gives_way_and_stays_skipped_after_the_next_call(browser, make, isa):
    client = browser(isa)
    third, second, first = (make(name) for name in ("Third", "Second", "First"))

    page = page_of(client, skip=first.pk)
    assert page.context["current"].lead == second
    assert page.context["skip_url"].endswith(f"?skip={first.pk}%2C{second.pk}")

    answer = send(client, url("queue-call", second), {"took": "answered", "skip": str(first.pk)}, {})
    assert client.get(answer.url).context["current"].lead == third


def test_when_all_were_skipped_one_can_begin_again(browser, make, isa):
    lead = make("Only")

    page = page_of(browser(isa), skip=lead.pk)

    assert page.context["current"] is None
    assert "Begin again" in page.content.decode()


def test_a_lead_may_be_chosen_but_not_in_its_quiet_hours(browser, make, isa):
    asleep, chosen = make("Asleep", zone=HONOLULU), make("Chosen", stage=Stage.NURTURE)
    make("First")
    client = browser(isa)

    assert page_of(client, lead=chosen.pk).context["current"].lead == chosen
    assert page_of(client, lead=asleep.pk).context["current"].lead.first_name == "First"


def test_a_lead_of_another_team_cannot_be_chosen_nor_called(browser, make, isa):
    foreign = LeadFactory.create()
    make("First")
    client = browser(isa)

    assert page_of(client, lead=foreign.pk).context["current"].lead.first_name == "First"
    assert send(client, url("queue-call", foreign), {"took": "answered"}, {}).status_code == 404
    assert not Call.objects.exists()


def test_a_team_lead_chooses_whose_queue(browser, make, team, isa, boss):
    other = people.isa(team, user__name="Uma Sample")
    make("Mine")
    theirs = make("Theirs", isa=other)
    client = browser(boss)

    page = page_of(client, isa=other.pk)
    assert names(page.context["queue"].now) == ["Theirs"]
    assert names(page_of(client).context["queue"].now) == ["Theirs", "Mine"]

    answer = send(client, url("queue-call", theirs), {"took": "answered", "isa": str(other.pk)}, {})
    assert answer.url.endswith(f"?isa={other.pk}")


def test_a_member_of_another_team_is_nobody_here(browser, make, boss, stranger):
    make("Mine")

    assert names(page_of(browser(boss), isa=stranger.pk).context["queue"].now) == ["Mine"]


def test_an_isa_cannot_look_at_anothers_queue(browser, make, team, isa):
    other = people.isa(team)
    make("Theirs", isa=other)

    assert page_of(browser(isa), isa=other.pk).context["queue"].now == []


def test_the_days_calls_are_counted_in_the_viewers_day(browser, make, team, isa, boss):
    lead = make("Dana", stage=Stage.CONTACTING)
    for result, before in (
        (CallResult.ANSWERED, 0 * HOUR),
        (CallResult.VOICEMAIL, HOUR),
        (CallResult.NO_ANSWER, 9 * HOUR),
        (CallResult.ANSWERED, 10 * HOUR + timedelta(seconds=1)),  # yesterday in Chicago
    ):
        log_call(lead=lead, result=result, actor=isa, via=Via.PAGE, at=NOW - before)

    mine, others = page_of(browser(isa)).context["counts"], page_of(browser(boss), isa=boss.pk).context["counts"]

    assert (mine.made, mine.answered, mine.voicemails) == (3, 1, 1)
    assert others.made == 0


def test_an_empty_queue_says_so(browser, isa):
    assert "All called" in page_of(browser(isa)).content.decode()


def test_an_agent_has_no_queue(browser, agent, lead):
    assert page_of(browser(agent)).status_code == 403
    assert send(browser(agent), url("queue-call", lead), {"took": "answered"}, {}).status_code == 403


@pytest.mark.parametrize("kind", HOSTILE)
@pytest.mark.parametrize("field", ["lead", "skip", "isa"])
def test_nonsense_in_the_address_asks_for_nothing(browser, make, boss, field, kind):
    make("First")

    page = page_of(browser(boss), **{field: HOSTILE[kind].encode("utf-8", "replace")})

    assert page.context["current"].lead.first_name == "First"


def test_looking_at_the_queue_changes_nothing(browser, make, isa):
    lead = make("Dana")
    page_of(browser(isa))

    assert Lead.objects.get(pk=lead.pk).stage == Stage.NEW
    assert not Call.objects.exists()
