"""The page of the queue: one lead after another, whose queue it is, and what it costs."""

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
from leads.tests.queue.looking import HONOLULU, HOUR, names
from teams.tests import factories as people

pytestmark = pytest.mark.django_db


def page_of(client, **asked):
    return client.get(reverse("leads:queue"), asked)


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
