"""What the client gets, counted at a real mail server, and what they are never sent."""

from __future__ import annotations

from datetime import timedelta

import pytest

from handoff.client.links import rebook_link
from handoff.models import RecoveryStep
from handoff.models.recovery import StepKind
from handoff.receipts import receipts_of
from handoff.recovery.play import add_step, change_step
from handoff.recovery.steps import BUILT_IN, Step
from handoff.recovery.words import PLACEHOLDERS, as_mail, as_text, check_words, values_of
from handoff.tests.recovery.missed import (
    DAY_1,
    DAY_7,
    END,
    MESSAGE_AT,
    REPORTED,
    a_lead,
    a_team,
    every,
    no_show,
    pass_through,
    taken,
    written,
)
from leads.models import Activity, Lead
from leads.tests.factories import NOW
from leads.texts import agree
from notifications.consent import mail_opt_out
from notifications.models import OutboxCard
from notifications.models.mails import MailHow
from notifications.promises.timers import fire_due
from notifications.tests.peers.mail import demo_outbox, smtp_server  # noqa: F401 - fixtures
from teams.models import TextsConnection
from teams.tests.factories import agent
from teams.tests.factories import lead as team_lead

pytestmark = pytest.mark.django_db
ADDRESS = "dana.noshow@example.com"
PROFILE = {"title": "downtown condo specialist", "line": "She has sold forty homes around the lake."}


def a_client(**fields):
    return a_lead(**({"email": ADDRESS, "first_name": "Dana"} | fields))


def a_no_show(lead=None):
    lead = lead or a_client()
    return no_show(lead, to=agent(lead.team, user__name="Ana Flores", profile=PROFILE))


def mails_after(server):
    """The mails to the client beyond those of the appointment itself."""
    return [mail for mail in server.to(ADDRESS) if "Another time" in str(mail["Subject"])]


def test_one_mail_in_the_teams_name_brings_the_agent_and_a_way_back(smtp_server):  # noqa: F811
    handoff = a_no_show()

    for at in every(timedelta(hours=2), start=REPORTED, end=END):
        pass_through(at)

    (mail,) = mails_after(smtp_server)
    assert mail["Subject"] == "Another time with Ana Flores?"
    assert str(mail["From"]).startswith(f'"{handoff.team.name}"') or str(mail["From"]).startswith(handoff.team.name)
    assert "unsubscribe" in str(mail["List-Unsubscribe"])
    assert mail["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    text = mail.get_body(("plain",)).get_content()
    assert "We missed each other on Tuesday, November 24 at 10:00 AM." in text
    assert "Ana is our downtown condo specialist." in text
    assert "She has sold forty homes around the lake." in text
    assert rebook_link(handoff) in text
    assert "1 Invented Street, Austin, TX 78700" in text
    assert not any(word in text.lower() for word in ("fail", "you did not", "no-show", "missed your"))


def test_after_a_week_without_a_sweep_exactly_one_mail_is_sent(smtp_server):  # noqa: F811
    lead = a_client()
    boss = team_lead(lead.team)
    for day in (2, 4, 6):
        add_step(team=lead.team, kind=StepKind.MESSAGE, day=day, author=boss, at=NOW)
    handoff = a_no_show(lead)

    pass_through(DAY_7 + timedelta(hours=1), DAY_7 + timedelta(hours=2))

    assert len(mails_after(smtp_server)) == 1
    assert dict(taken(handoff)) == {
        "first_call": "skipped",
        "first_message": "skipped",
        "second_call": "skipped",
        "own_1": "skipped",
        "third_call": "skipped",
        "own_2": "skipped",
        "own_3": "done",
        "last_call": "done",
    }
    assert lead.tasks.filter(kind="no_show_call").count() == 1


def test_an_outage_past_the_end_sends_one_mail_asks_for_no_call_and_ends(smtp_server):  # noqa: F811
    handoff = a_no_show()

    pass_through(END + timedelta(days=3), END + timedelta(days=3, minutes=1))

    assert len(mails_after(smtp_server)) == 1
    assert dict(taken(handoff))["last_call"] == "skipped"
    assert not handoff.lead.tasks.filter(kind="no_show_call").exists()
    assert Lead.objects.get().stage == "nurture"


def test_an_outage_that_ends_at_night_waits_for_the_morning_and_then_writes_once(smtp_server):  # noqa: F811
    handoff = a_no_show()
    night = DAY_1 + timedelta(hours=14)  # midnight in Chicago

    pass_through(night, night + timedelta(hours=1))
    assert mails_after(smtp_server) == []
    pass_through(*every(timedelta(hours=1), start=night, end=night + timedelta(hours=12)))

    assert len(mails_after(smtp_server)) == 1
    assert RecoveryStep.objects.get(run__handoff=handoff, name="first_message").due_at == night + timedelta(hours=8)


def test_a_mail_that_was_taken_twice_is_the_same_mail(smtp_server):  # noqa: F811
    a_no_show()
    smtp_server.answers.append("451 later")
    pass_through(MESSAGE_AT, MESSAGE_AT + timedelta(minutes=1), MESSAGE_AT + timedelta(minutes=2))
    assert len({mail["Message-ID"] for mail in mails_after(smtp_server)}) == 1


@pytest.fixture
def texting():
    lead = a_client(phone="+15125550123")
    TextsConnection.objects.create(team=lead.team)
    agree(lead=lead, actor=lead.isa, at=NOW)
    return Lead.objects.select_related("team", "isa__user").get(pk=lead.pk)


def test_who_agreed_to_texts_is_texted_and_not_mailed(texting, demo_outbox):  # noqa: F811
    handoff = a_no_show(texting)
    pass_through(MESSAGE_AT)

    (told,) = written(handoff)
    assert told.channel == "sms"
    body = OutboxCard.objects.filter(kind="sms").latest("pk").payload["body"]
    assert "We missed each other, Dana. Ana is glad to talk when it suits you: choose any time." in body
    assert rebook_link(handoff) in body
    assert body.endswith("Reply STOP to end texts.")
    assert OutboxCard.objects.filter(kind="sms").latest("pk").payload["segments"] <= 2


def test_a_step_that_is_to_be_a_mail_is_one(texting, smtp_server):  # noqa: F811
    change_step(team=texting.team, name="first_message", way="mail", author=team_lead(texting.team), at=NOW)
    handoff = a_no_show(texting)
    pass_through(MESSAGE_AT)
    assert [told.channel for told in written(handoff)] == ["email"]


def test_who_has_no_address_is_texted_all_the_same(texting):
    change_step(team=texting.team, name="first_message", way="mail", author=team_lead(texting.team), at=NOW)
    handoff = a_no_show(texting)
    texting.emails.all().delete()
    pass_through(MESSAGE_AT)
    assert [told.channel for told in written(handoff)] == ["sms"]


def test_who_wants_no_such_mail_gets_none_and_is_called(smtp_server):  # noqa: F811
    handoff = a_no_show()
    mail_opt_out(team=handoff.team, address=ADDRESS, how=MailHow.SPOKEN, at=REPORTED)

    pass_through(REPORTED, MESSAGE_AT)

    assert mails_after(smtp_server) == []
    assert not written(handoff)
    if ("first_message", "unreachable") in taken(handoff):
        said = Activity.objects.filter(kind="recovery").latest("pk").summary
        assert said == "No-show message not sent. They want no such mail. If they ask for it again, note that first."


def test_a_team_without_a_postal_address_mails_nobody_and_the_story_says_what_to_do():
    handoff = a_no_show(a_client(team=a_team(postal_address="")))
    pass_through(REPORTED, MESSAGE_AT)

    assert taken(handoff) == [("first_call", "done"), ("first_message", "unreachable")]
    assert "add it in Settings" in Activity.objects.filter(kind="recovery").latest("pk").summary


def test_the_story_and_the_receipts_tell_of_the_message():
    handoff = a_no_show()
    fire_due(at=MESSAGE_AT)
    assert Activity.objects.filter(kind="recovery").latest("pk").summary == (
        "Wrote after the no-show: “Another time with Ana Flores?”"
    )
    assert [receipt.kind for receipt in receipts_of(handoff)][-1] == "After the no-show"


@pytest.mark.parametrize("name", ["buy.pills.example.com", "https://evil.example/x", "Dana<b>", "{agent}"])
def test_a_strangers_name_makes_no_link_and_no_markup(name):
    handoff = a_no_show(a_client(first_name=name))
    step = Step("x", StepKind.MESSAGE, 0, title="For {team}", text="Hi {first_name}.", short="Hi {first_name}.")
    mail = as_mail(step, values_of(handoff), team=handoff.team, link="https://baton.example/a/x")
    for text in (mail.lead_in, as_text(step, values_of(handoff), link="").title):
        assert not any(mark in text for mark in ("://", "<", ">", "pills.example", "evil.example", "{"))


def test_what_is_not_known_is_left_out_and_never_a_blank():
    step = Step("x", StepKind.MESSAGE, 0, title="T {team}", text="Call {isa_phone}.\nBye.", short="Hi {first_name}")
    values = {"team": "Example Realty", "agent": "Ana"}
    mail = as_mail(step, values, team=a_team(), link="")
    assert (mail.title, mail.lead_in) == ("T Example Realty", "Bye.")
    assert as_text(step, values, link="").title == "T Example Realty"


def test_the_built_in_words_can_be_sent_as_they_are():
    for step in BUILT_IN:
        if step.kind == StepKind.MESSAGE:
            assert check_words(title=step.title, text=step.text, short=step.short) == {}
            assert len(step.title) <= 120
            assert len(step.short) <= 240


@pytest.mark.parametrize(
    ("field", "text", "words"),
    [
        ("text", "Hi {frist_name}", "Did you mean {first_name}?"),
        ("text", "Hi {phone_spoken}", "There is no placeholder {phone_spoken}."),
        ("short", "Hi {", "A brace stands alone."),
        ("title", "For {first_name}", "A subject only names what is always known"),
        ("title", "For {nobody}", "There is no placeholder {nobody}."),
        ("text", " ", "write it"),
    ],
)
def test_words_that_cannot_be_sent_are_refused_with_what_to_do(field, text, words):
    said = {"title": "A time?", "text": "Hi.", "short": "Hi."} | {field: text}
    assert words in check_words(**said)[field]


def test_every_placeholder_of_a_message_is_filled_for_a_client_of_whom_all_is_known():
    assert set(values_of(a_no_show())) == set(PLACEHOLDERS)
