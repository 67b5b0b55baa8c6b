"""The inbox and the demo outbox in a browser's hands."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.core.mail import send_mail
from django.urls import reverse

from notifications.inbox import mark_read_about
from notifications.models import Delivery, InboxItem, OutboxCard, OutboxMail
from notifications.models.deliveries import Audience
from notifications.owing import owe_member
from notifications.promises.drains import drain
from notifications.queries import PAGE
from notifications.tests.said import ABOUT, AT, a_message, an_invite, owe_alert, owe_mail
from teams.tests.factories import isa, lead

pytestmark = pytest.mark.django_db


@pytest.fixture
def browser(client, boss, demo_outbox):
    client.force_login(boss.user)
    return client


def tell(membership, *, number=1, **changes):
    owe_member(
        membership, kind="handoff", about=ABOUT, audience=Audience.LEAD, message=a_message(**changes), at=AT,
        revision=number, email=False,
    )  # fmt: skip
    return InboxItem.objects.latest("pk")


def send_everything():
    for stream in ("email", "slack"):
        drain(Delivery, at=AT, stream=stream)


def test_the_inbox_shows_what_one_was_told_and_nothing_of_others(browser, boss):
    tell(boss, title="For Robin")
    tell(isa(boss.team), title="For somebody else")

    page = browser.get(reverse("notifications:inbox")).content.decode()

    assert "For Robin" in page
    assert "For somebody else" not in page


def test_opening_an_item_leads_to_its_page_and_marks_it_read(browser, boss):
    item = tell(boss)

    answer = browser.post(reverse("notifications:inbox-open", args=[item.pk]))

    assert answer.url == "/h/1/"
    item.refresh_from_db()
    assert item.read_at is not None


def test_an_item_of_somebody_else_is_not_there(browser, boss):
    item = tell(isa(boss.team))

    assert browser.post(reverse("notifications:inbox-open", args=[item.pk])).status_code == 404
    item.refresh_from_db()
    assert item.read_at is None


def test_a_link_that_leads_elsewhere_is_not_kept(boss):
    assert tell(boss, link="https://elsewhere.example.com/x").link == ""
    assert tell(boss, link="//elsewhere.example.com/x", number=2).link == ""


def test_all_can_be_marked_as_read_at_once(browser, boss):
    for number in range(3):
        tell(boss, number=number)

    browser.post(reverse("notifications:inbox-read-all"))

    assert not InboxItem.objects.unread().exists()


def test_older_items_are_on_the_next_page(browser, boss):
    for number in range(PAGE + 2):
        tell(boss, number=number, title=f"Told number {number}")

    first = browser.get(reverse("notifications:inbox"))
    second = browser.get(first.context["older_url"])

    assert len(first.context["items"]) == PAGE
    assert [item.title for item in second.context["items"]] == ["Told number 1", "Told number 0"]
    assert second.context["older_url"] == ""


@pytest.mark.parametrize("number", [1, 5])
def test_the_inbox_costs_the_same_however_long(browser, boss, number, django_assert_max_num_queries):
    for each in range(number):
        tell(boss, number=each)

    with django_assert_max_num_queries(6):
        browser.get(reverse("notifications:inbox"))


@pytest.mark.parametrize("nonsense", ["abc", "-1", "9" * 40, "\x00"])
def test_a_nonsense_page_is_the_first(browser, boss, nonsense):
    tell(boss)

    answer = browser.get(reverse("notifications:inbox"), {"before": nonsense})

    assert answer.status_code == 200


def test_the_outbox_lists_mails_and_cards_newest_first(browser, team):
    owe_mail(team)
    owe_alert(team)
    send_everything()

    rows = browser.get(reverse("notifications:outbox")).context["rows"]

    assert [type(row) for row in rows] == [OutboxCard, OutboxMail]
    assert rows[0].title == rows[1].subject == "New handoff: Dana Example"


@pytest.mark.parametrize("nonsense", ["\x00", "pigeon", "🏡"])
def test_a_kind_of_message_that_does_not_exist_narrows_nothing(browser, team, nonsense):
    owe_alert(team)
    send_everything()

    answer = browser.get(reverse("notifications:outbox"), {"kind": nonsense})

    assert list(answer.context["rows"]) == [OutboxCard.objects.get()]


def test_cards_of_another_team_are_not_shown(client, team):
    owe_alert(team)
    send_everything()
    card = OutboxCard.objects.get()
    client.force_login(isa().user)

    assert list(client.get(reverse("notifications:outbox")).context["rows"]) == []
    assert client.get(reverse("notifications:outbox-card", args=[card.pk])).status_code == 404


def test_mails_of_another_team_are_nowhere_to_be_seen(client, team, demo_outbox):
    owe_mail(team, invite=an_invite())
    send_everything()
    mail = OutboxMail.objects.get()
    client.force_login(lead().user)

    assert list(client.get(reverse("notifications:outbox")).context["rows"]) == []
    for name in ("outbox-mail", "outbox-mail-frame", "outbox-invite"):
        assert client.get(reverse(f"notifications:{name}", args=[mail.pk])).status_code == 404


def test_a_mail_of_no_team_is_shown_to_whom_it_is_addressed_and_not_to_the_team_lead(browser, client, team):
    person = isa(team)
    send_mail("Reset your password", "https://example.com/reset", None, [person.user.email])
    mail = OutboxMail.objects.get()

    assert list(browser.get(reverse("notifications:outbox")).context["rows"]) == []
    assert browser.get(reverse("notifications:outbox-mail", args=[mail.pk])).status_code == 404
    client.force_login(person.user)
    assert list(client.get(reverse("notifications:outbox")).context["rows"]) == [mail]
    assert client.get(reverse("notifications:outbox-mail", args=[mail.pk])).status_code == 200


def test_the_list_writes_names_as_people_do(browser, team):
    owe_mail(team, name="Zoë Łukasz")
    send_everything()

    page = browser.get(reverse("notifications:outbox")).content.decode()

    assert "Zoë Łukasz &lt;dana@example.com&gt;" in page
    assert "=?utf-8" not in page


def test_a_kept_mail_shows_its_heads_its_frame_and_its_invite(browser, team):
    owe_mail(team, invite=an_invite())
    send_everything()
    mail = OutboxMail.objects.get()

    page = browser.get(reverse("notifications:outbox-mail", args=[mail.pk])).content.decode()

    assert reverse("notifications:outbox-mail-frame", args=[mail.pk]) in page
    assert "sandbox=" in page
    assert "Call with Casey Sample" in page
    assert "REQUEST, sequence 0" in page
    assert "dana@example.com" in page


def test_the_plain_text_of_a_mail_can_be_read(browser, team):
    owe_mail(team)
    send_everything()
    mail = OutboxMail.objects.get()

    page = browser.get(reverse("notifications:outbox-mail", args=[mail.pk]), {"part": "text"}).content.decode()

    assert "Price: $450k" in page


def test_the_frame_has_a_policy_of_its_own(browser, team):
    owe_mail(team, name="<script>alert(1)</script>")
    send_everything()

    answer = browser.get(reverse("notifications:outbox-mail-frame", args=[OutboxMail.objects.get().pk]))

    policy = answer["Content-Security-Policy"]
    assert "style-src 'unsafe-inline'" in policy
    assert "script" not in policy
    assert "frame-ancestors 'self'" in policy
    assert answer["X-Frame-Options"] == "SAMEORIGIN"
    assert "<script>" not in answer.content.decode()


def test_the_invite_downloads_as_the_bytes_that_were_sent(browser, team):
    owe_mail(team, invite=an_invite())
    send_everything()
    mail = OutboxMail.objects.get()

    answer = browser.get(reverse("notifications:outbox-invite", args=[mail.pk]))

    assert answer.content.startswith(b"BEGIN:VCALENDAR\r\n")
    assert "invite.ics" in answer["Content-Disposition"]


def test_a_mail_without_an_invite_has_none_to_download(browser, team):
    owe_mail(team)
    send_everything()

    url = reverse("notifications:outbox-invite", args=[OutboxMail.objects.get().pk])

    assert browser.get(url).status_code == 404


def test_a_card_is_drawn_with_its_buttons_and_its_ping(browser, team):
    owe_alert(team, message=a_message(is_urgent=True, lead_in="Meet <!channel> & *Dana*"))
    send_everything()

    page = browser.get(reverse("notifications:outbox-card", args=[OutboxCard.objects.get().pk])).content.decode()

    assert page.count('<span class="slack-mention">@channel</span>') == 1
    assert "&lt;!channel&gt; &amp;" in page
    assert 'href="http://testserver/h/1/"' in page


def test_there_is_no_outbox_where_mails_really_leave(browser, team, settings):
    owe_mail(team)
    send_everything()
    settings.DEMO_OUTBOX = False

    for name, args in [("outbox", []), ("outbox-mail", [1]), ("outbox-mail-frame", [1]), ("outbox-card", [1])]:
        assert browser.get(reverse(f"notifications:{name}", args=args)).status_code == 404


def test_strangers_are_sent_to_the_login(client, team):
    for name in ("inbox", "outbox"):
        answer = client.get(reverse(f"notifications:{name}"))
        assert answer.status_code == 302
        assert "/accounts/login/" in answer.url


def test_a_person_sees_how_much_is_unread_on_every_page(browser, boss):
    tell(boss)
    tell(boss, number=2)

    page = browser.get(reverse("notifications:outbox")).content.decode()

    assert "Inbox, 2 unread" in page


def test_reading_about_a_thing_marks_only_what_is_about_it(boss):
    tell(boss)
    owe_member(boss, kind="handoff", about="handoff/2", audience=Audience.LEAD, message=a_message(), at=AT, email=False)

    assert mark_read_about(membership=boss, about=ABOUT, at=AT + timedelta(minutes=1)) == 1
    assert InboxItem.objects.unread().get().about == "handoff/2"
