"""What people choose to hear of, honoured wherever something is owed to them."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from notifications import consent, preferences
from notifications.models import Delivery, InboxItem, Preference, TextChoice
from notifications.models.deliveries import Audience
from notifications.models.preferences import Group
from notifications.models.texts import How
from notifications.owing import owe_member
from notifications.preferences import Choice, choices_of, choose
from notifications.promises.drains import drain
from notifications.promises.owed import State
from notifications.tests.said import ABOUT, AT, a_message, an_invite
from teams.models import TextsConnection, User
from teams.tests.factories import agent, isa, lead

pytestmark = pytest.mark.django_db

PHONE = "+15125550111"
NIGHT = AT.replace(hour=6)  # midnight in Chicago


@pytest.fixture
def ana(team):
    return agent(team, user__name="Ana Sample", user__phone=PHONE)


@pytest.fixture
def url():
    return reverse("notifications:preferences")


@pytest.fixture
def browser(client, ana):
    client.force_login(ana.user)
    return client


def want(member, at=AT, **changes):
    """Choose; ``changes`` are by the group's code: “e”, “t”, “et” or nothing."""
    choices = choices_of(member)
    for code, ways in changes.items():
        choices[Group(code)] = Choice("e" in ways, "t" in ways)
    choose(membership=member, choices=choices, at=at)


def owe(member, group, **changes):
    said = {"kind": "told", "about": ABOUT, "audience": Audience.AGENT, "message": a_message(), "at": AT}
    owe_member(member, group=group, **{**said, **changes})
    return sorted(Delivery.objects.values_list("channel", flat=True))


def test_who_chose_nothing_is_told_as_before(ana):
    assert owe(ana, Group.CHANGES) == ["email"]
    assert InboxItem.objects.count() == 1


def test_a_mail_that_was_switched_off_is_not_owed_and_the_inbox_has_it(ana):
    want(ana, changes="")

    assert owe(ana, Group.CHANGES) == []
    assert InboxItem.objects.get().membership == ana


def test_a_mail_that_was_switched_on_is_owed_where_there_was_none_before(team):
    robin = isa(team)
    want(robin, changes="e")

    assert owe(robin, Group.CHANGES, email=False) == ["email"]


def test_a_mail_that_brings_an_invite_comes_whatever_was_chosen(ana):
    want(ana, changes="")

    assert owe(ana, Group.CHANGES, invite=an_invite()) == ["email"]


def test_the_mail_of_a_new_handoff_cannot_be_switched_off(ana):
    want(ana, new="")

    assert choices_of(ana)[Group.NEW].by_email is True
    assert owe(ana, Group.NEW) == ["email"]


def test_what_belongs_to_no_group_is_mailed_whatever_was_chosen(ana):
    want(ana, changes="", outcomes="")

    assert owe(ana, None) == ["email"]


def test_a_choice_in_one_team_says_nothing_in_another(ana):
    elsewhere = agent(user=ana.user)
    want(ana, changes="")

    assert owe(elsewhere, Group.CHANGES) == ["email"]


def test_a_text_goes_to_who_asked_for_it_and_asking_is_agreeing(team, ana, texts, twilio_peer):
    want(ana, new="et")
    assert owe(ana, Group.NEW) == ["email", "sms"]
    drain(Delivery, at=AT, stream="sms")

    (text,) = twilio_peer.texts
    assert text["To"] == PHONE
    assert "New handoff: Dana Example." in text["Body"]
    assert "http://testserver/h/1/" in text["Body"]
    said = TextChoice.objects.get()
    assert (said.how, said.by, said.wording) == (How.OWN, ana, preferences.agreement(ana))


def test_who_is_paid_here_agrees_to_texts_about_pay_too(team, ana, texts):
    robin = isa(team, user__phone="+15125550112")
    want(robin, pay="t")

    assert "about my handoffs and my pay." in TextChoice.objects.get(by=robin).wording
    assert Group.PAY not in choices_of(ana)
    assert "about my handoffs." in preferences.agreement(ana)


def test_other_words_are_agreed_to_anew_and_the_same_words_once(team, ana, texts):
    for _ in range(2):
        want(ana, new="et")
    team.name = "Another Realty"
    team.save()
    ana.team.refresh_from_db()
    want(ana, new="et")

    said = TextChoice.objects.order_by("pk").values_list("wording", flat=True)
    assert [words.partition(" may")[0] for words in said][1:] == ["Another Realty"]


def test_a_text_alone_is_a_way_to_hear_of_something(ana, texts):
    want(ana, outcomes="t")

    assert owe(ana, Group.OUTCOMES) == ["sms"]


def test_asking_for_no_texts_takes_the_word_back(ana, texts):
    want(ana, new="et")
    want(ana, new="e")

    assert consent.may_text(ana.team_id, PHONE) is False
    assert owe(ana, Group.NEW) == ["email"]


def test_stop_ends_them_though_they_are_still_ticked(ana, texts):
    want(ana, new="et")
    consent.opt_out(team=ana.team, number=PHONE, how=How.TEXTED, at=AT)

    assert owe(ana, Group.NEW) == ["email"]


def test_a_new_handoff_is_texted_at_night_and_the_rest_waits_for_the_morning(ana, texts):
    want(ana, new="et", outcomes="et")
    owe(ana, Group.NEW, at=NIGHT)
    owe(ana, Group.OUTCOMES, at=NIGHT, kind="asked", about="handoff/2")

    due = dict(Delivery.objects.filter(channel="sms").values_list("about", "due_at"))
    assert due == {ABOUT: NIGHT, "handoff/2": NIGHT + timedelta(hours=8)}


def test_who_has_left_is_texted_no_more(ana, texts):
    want(ana, new="et")
    ana.ended_at = AT

    assert owe(ana, Group.NEW) == []


def test_a_text_that_fails_for_good_comes_by_mail(ana, texts, twilio_peer):
    want(ana, outcomes="t")
    twilio_peer.refuse_with(21614, "Not a mobile number")
    owe(ana, Group.OUTCOMES)
    drain(Delivery, at=AT, stream="sms")

    mail = Delivery.objects.get(channel="email")
    assert (mail.recipient, mail.state) == (ana, State.WAITING)
    assert mail.message["facts"][-1] == {"label": "Not texted", "value": "21614 Not a mobile number"}


def test_the_page_shows_what_concerns_the_reader_and_why_some_of_it_is_fixed(browser, team, client, url, texts):
    page = browser.get(url).content.decode()
    assert "A new handoff for me" in page
    assert "it brings the brief" in page
    assert 'name="new_email"' not in page
    assert 'name="new_text"' in page
    client.force_login(isa(team).user)
    page = client.get(url).content.decode()
    assert "A new handoff for me" not in page
    assert "Changes to my handoffs" in page


def test_looking_at_the_page_writes_nothing(browser, url, texts):
    browser.get(url)

    assert not Preference.objects.exists()
    assert not TextChoice.objects.exists()


def test_what_is_ticked_is_kept_and_shown(browser, ana, url, texts):
    answer = browser.post(url, {"outcomes_email": "on", "new_text": "on"}, follow=True)

    assert "Saved." in answer.content.decode()
    assert choices_of(ana) == {
        Group.NEW: Choice(by_email=True, by_text=True),
        Group.LIVE: Choice(by_email=False, by_text=False),
        Group.CHANGES: Choice(by_email=False, by_text=False),
        Group.OUTCOMES: Choice(by_email=True, by_text=False),
        Group.WEEKLY: Choice(by_email=False, by_text=False),
    }
    ticked = {name for name in answer.context["form"].fields if f'id="id_{name}" checked' in answer.content.decode()}
    assert ticked == {"outcomes_email", "new_text"}


def test_without_a_phone_nothing_is_kept_and_the_page_says_where_to_add_one(browser, ana, url, texts):
    User.objects.filter(pk=ana.user_id).update(phone="")

    answer = browser.post(url, {"new_text": "on"})

    assert answer.status_code == 422
    assert "no phone number" in answer.content.decode()
    assert not Preference.objects.exists()


def test_who_texted_stop_is_told_to_text_start(browser, ana, url, texts):
    consent.opt_out(team=ana.team, number=PHONE, how=How.TEXTED, at=AT)

    assert "Text START" in browser.get(url).content.decode()
    answer = browser.post(url, {"new_text": "on"})
    assert answer.status_code == 422
    assert "texting START" in answer.content.decode()
    assert not Preference.objects.exists()


def test_where_the_team_sends_no_texts_none_are_offered_and_what_was_chosen_stays(browser, ana, url, texts):
    want(ana, new="et")
    TextsConnection.objects.all().delete()

    assert "new_text" not in browser.get(url).content.decode()
    browser.post(url, {"changes_email": "on"})
    assert choices_of(ana)[Group.NEW].by_text is True


def test_nobody_chooses_for_another(client, ana, url, texts):
    other = lead(ana.team)
    client.force_login(other.user)
    client.post(url, {"membership": str(ana.pk), "new_text": "on", "team_email": "on"})

    assert not Preference.objects.filter(membership=ana).exists()
    assert set(Preference.objects.values_list("membership", flat=True)) == {other.pk}


def test_strangers_are_sent_to_the_login(client, url):
    assert client.get(url).status_code == 302


def test_the_page_costs_the_same_before_and_after_choosing(browser, ana, url, texts, django_assert_max_num_queries):
    with django_assert_max_num_queries(9):
        browser.get(url)
    want(ana, new="et", changes="e", outcomes="t")
    with django_assert_max_num_queries(9):
        browser.get(url)
