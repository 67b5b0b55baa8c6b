"""Asking a client about texts, and what they text back."""

from __future__ import annotations

import pytest
from django.urls import reverse

from leads import texts as verbs
from leads.contacts import set_phone
from leads.models import Activity, Task
from leads.tests.factories import NOW, LeadFactory
from leads.tests.pages import HTMX, post, url
from notifications import consent, inbound
from notifications.models import TextChoice, TextIn
from teams.models import TextsConnection

pytestmark = pytest.mark.django_db


@pytest.fixture
def on(team):
    return TextsConnection.objects.create(team=team)


def choice(lead):
    return consent.choice_of(lead.team_id, "+15125550123")


def come_in(lead, body, *, sid="SM1", number="+15125550123"):
    """Let a text come in, past the signature."""
    connection = TextsConnection.objects.get(team=lead.team)
    data = {"MessageSid": sid, "From": number, "Body": body}
    inbound.apply(inbound.keep(connection, source="twilio", data=data, at=NOW).pk, at=NOW)


def test_the_isa_reads_the_words_and_ticks_and_both_are_kept(lead, isa, on, browser):
    page = browser(isa).get(url("lead", lead)).content.decode()
    assert "May " in page
    assert "reply STOP at any time" in page
    assert "Not asked" in page

    answer = post(browser(isa), "texts", lead, {"agrees": "1"})

    assert answer.status_code == 200
    assert "Agreed" in answer.content.decode()
    said = choice(lead)
    assert (said.is_in, said.how, said.by) == (True, "spoken", isa)
    assert said.wording == verbs.script(lead.team, "+15125550123")
    story = Activity.objects.filter(lead=lead, kind="texts").get()
    assert story.summary == "Agreed to texts at (512) 555-0123"
    assert story.actor == isa


def test_a_no_is_kept_too_and_can_become_a_yes(lead, isa, on, browser):
    post(browser(isa), "texts", lead, {"agrees": "0"})
    assert choice(lead).is_in is False

    post(browser(isa), "texts", lead, {"agrees": "1"})

    assert choice(lead).is_in is True


def test_after_stop_the_page_offers_no_tick_and_the_door_is_shut(lead, isa, on, browser):
    come_in(lead, "STOP")

    page = browser(isa).get(url("lead", lead)).content.decode()
    assert "Texted STOP" in page
    assert "by texting START" in page
    assert 'id="texts-answer"' not in page
    answer = post(browser(isa), "texts", lead, {"agrees": "1"})
    assert answer.status_code == 409
    assert "texted STOP" in answer.content.decode()
    assert choice(lead).is_in is False


def test_a_word_belongs_to_the_number_that_was_read_out(lead, isa, on):
    verbs.agree(lead=lead, actor=isa, at=NOW)
    set_phone(lead=lead, phone="+15125550177", actor=isa, at=NOW)

    assert not verbs.texts_of(lead).may_be_sent


def test_a_team_without_texts_sees_nothing_of_them(lead, isa, browser):
    assert 'id="texts"' not in browser(isa).get(url("lead", lead)).content.decode()
    assert post(browser(isa), "texts", lead, {"agrees": "1"}).status_code == 409
    assert not TextChoice.objects.exists()


@pytest.mark.parametrize("data", [{}, {"agrees": "yes"}, {"agrees": "\x00"}])
def test_nonsense_is_refused(data, lead, isa, on, browser):
    assert post(browser(isa), "texts", lead, data).status_code == 422
    assert not TextChoice.objects.exists()


def test_agents_may_not_tick_and_strangers_find_no_lead(lead, agent, stranger, on, browser, client):
    assert post(browser(agent), "texts", lead, {"agrees": "1"}).status_code == 403
    assert post(browser(stranger), "texts", lead, {"agrees": "1"}).status_code == 404
    assert client.post(url("texts", lead), {"agrees": "1"}).status_code == 302
    assert browser(agent).get(url("texts", lead), headers=HTMX).status_code in {403, 405}
    assert not TextChoice.objects.exists()


def test_without_an_email_address_it_says_which_way_the_invite_will_go(lead, isa, team, browser):
    assert "this team sends no texts" in verbs.without_email(lead)
    TextsConnection.objects.create(team=team)
    lead = type(lead).objects.get(pk=lead.pk)
    assert "unless they agree to texts" in verbs.without_email(lead)
    verbs.agree(lead=lead, actor=isa, at=NOW)
    assert verbs.without_email(lead) == "The invite goes out as a text with a link."
    come_in(lead, "STOP")
    assert "they texted STOP" in verbs.without_email(lead)


def test_the_contact_block_says_it_once_they_have_no_email(lead, isa, on, browser):
    post(browser(isa), "edit", lead, {"first_name": "Dana", "phone": "+15125550123", "zone": lead.zone, "email": ""})
    lead.emails.all().delete()

    answer = post(browser(isa), "verify", lead, {"what": "no_email"})

    assert "unless they agree to texts" in answer.content.decode()


def test_what_a_client_texts_is_in_their_story_and_before_whoever_works_with_them(lead, isa, on):
    come_in(lead, "Could we make it three?")

    assert Activity.objects.filter(lead=lead, kind="text_in").get().summary == (
        "Texted from (512) 555-0123: Could we make it three?"
    )
    task = Task.objects.get(kind="text_in")
    assert (task.assignee, task.title, task.detail) == (isa, "Dana Example texted you", "Could we make it three?")


def test_stop_is_in_the_story_and_a_person_is_asked_to_find_another_way(lead, isa, on):
    come_in(lead, "STOP")

    assert Activity.objects.filter(lead=lead, kind="text_in").get().summary == (
        "Texted STOP from (512) 555-0123: no more texts"
    )
    assert Task.objects.get(kind="text_in").title == "Dana Example texted STOP: reach them another way"


def test_start_and_help_ask_nobody_for_anything(lead, on):
    come_in(lead, "START")
    come_in(lead, "HELP", sid="SM2")

    assert not Task.objects.filter(kind="text_in").exists()


def test_a_text_of_nobody_we_know_comes_before_the_team_lead(lead, boss, on):
    come_in(lead, "Who is this?", number="+15125550999")

    task = Task.objects.get(kind="text_in")
    assert (task.assignee, task.lead, task.title) == (boss, None, "(512) 555-0999 texted you")


def test_leads_of_another_team_with_the_same_number_hear_nothing(lead, stranger, on):

    other = LeadFactory.create(team=stranger.team, phone="+15125550123")
    come_in(lead, "STOP")

    assert not Activity.objects.filter(lead=other, kind="text_in").exists()
    assert consent.choice_of(other.team_id, "+15125550123") is None


def test_a_text_that_is_applied_again_makes_no_second_task(lead, on):
    come_in(lead, "Hello")
    inbound.apply(TextIn.objects.get().pk, at=NOW)

    assert Task.objects.filter(kind="text_in").count() == 1


def test_the_page_asks_the_database_the_same_with_a_long_history_of_words(
    lead, isa, on, browser, django_assert_max_num_queries
):
    for _ in range(4):
        verbs.agree(lead=lead, actor=isa, at=NOW)
        verbs.decline(lead=lead, actor=isa, at=NOW)
    page = reverse("leads:lead", args=[lead.pk])
    signed_in = browser(isa)
    signed_in.get(page)
    with django_assert_max_num_queries(10):
        signed_in.get(page)
