"""What a mail means, however it is written, and that nothing anybody sends can break the reader."""

from __future__ import annotations

import random
import time

import pytest

from notifications.mail_in.reading import read
from notifications.mail_in.replies import read_reply
from notifications.models.mails_in import Meaning
from notifications.tests.mails import DANA, a_bounce, a_mail, a_reply

UID = "0f9e1a2b-1111-2222-3333-444455556666@baton"
OURS = "<0123456789abcdef01234567@example.com>"


def test_what_a_person_wrote_is_read_without_the_mail_that_they_answered():
    said = (
        "Three would be better.\nThanks\n\nOn Mon, Nov 23, 2026 at 9:00 AM Team <x@example.com> wrote:\n> Your call\n"
    )
    mail = read(a_mail(said, In_Reply_To=OURS))

    assert (mail.meaning, mail.sender, mail.subject) == (Meaning.SAID, DANA, "Re: Your call")
    assert mail.text == "Three would be better.\nThanks"
    assert mail.answers_to == (OURS,)


def test_html_alone_is_read_too_without_its_style():
    raw = (
        b"From: dana@example.com\r\nContent-Type: text/html; charset=utf-8\r\n\r\n"
        b"<html><head><style>p {color: red}</style></head><body><p>Yes&nbsp;please</p><p>Dana</p></body></html>"
    )
    assert read(raw).text == "Yes\xa0please\nDana"


@pytest.mark.parametrize(
    ("charset", "text"),
    [("latin-1", "caf\xe9".encode("latin-1")), ("utf-8", "café".encode()), ("x-unknown", "café".encode())],
)
def test_other_charsets_are_read(charset, text):
    raw = b"From: dana@example.com\r\nContent-Type: text/plain; charset=" + charset.encode() + b"\r\n\r\n" + text
    assert read(raw).text == "café"


def test_headers_with_bytes_of_their_own_are_read():
    raw = "From: Dána <dana@example.com>\r\nSubject: Größe\r\n\r\nHi".encode()
    assert (read(raw).sender, read(raw).subject) == (DANA, "Größe")
    assert read(a_mail(Subject="=?utf-8?b?R3LDtsOfZQ==?=")).subject == "Größe"


@pytest.mark.parametrize(
    "header",
    [
        {"Auto_Submitted": "auto-replied"},
        {"Precedence": "bulk"},
        {"X_Autoreply": "yes"},
        {"List_Id": "<news.example.com>"},
        {"Return_Path": "<>"},
    ],
)
def test_what_a_program_writes_is_automatic(header):
    assert read(a_mail("I am away.", **header)).meaning == Meaning.AUTOMATIC


def test_auto_submitted_no_is_a_person():
    assert read(a_mail(Auto_Submitted="no")).meaning == Meaning.SAID


def test_a_calendars_reply_is_read_unfolded_with_quoted_parameters():
    mail = read(a_reply(UID, partstat="DECLINED", sequence=3))

    assert mail.meaning == Meaning.CALENDAR
    assert mail.reply
    assert (mail.reply.uid, mail.reply.sequence, mail.reply.attendee) == (UID, 3, DANA)
    assert (mail.reply.partstat, f"{mail.reply.stamped_at:%H:%M}") == ("DECLINED", "15:00")


@pytest.mark.parametrize("method", ["REQUEST", "COUNTER", "CANCEL"])
def test_another_method_is_no_reply(method):
    assert read(a_reply(UID, method=method)).reply is None


@pytest.mark.parametrize(
    "text",
    [
        "",
        "METHOD:REPLY",
        "BEGIN:VEVENT\nUID:1\nEND:VEVENT",
        "METHOD:REPLY\nBEGIN:VEVENT\nUID:1\nATTENDEE;PARTSTAT=NEEDS-ACTION:mailto:a@example.com\nEND:VEVENT",
        "METHOD:REPLY\nBEGIN:VEVENT\nUID:1\nATTENDEE;PARTSTAT=ACCEPTED:nobody\nEND:VEVENT",
    ],
)
def test_a_reply_that_says_not_who_answers_what_is_none(text):
    assert read_reply(text) is None


def test_numbers_and_times_that_make_no_sense_are_left_out():
    told = "METHOD:REPLY\nBEGIN:VEVENT\nUID:1\nSEQUENCE:9999999999\nDTSTAMP:soon\nATTENDEE;PARTSTAT=ACCEPTED:a@x.org"
    reply = read_reply(told)
    assert reply
    assert (reply.sequence, reply.stamped_at) == (2**31 - 1, None)


def test_a_mail_that_came_back_names_ours_and_why():
    mail = read(a_bounce(OURS))

    assert mail.meaning == Meaning.BOUNCE
    assert mail.bounce
    assert OURS in mail.bounce.message_ids
    assert (mail.bounce.recipient, mail.bounce.reason) == (DANA, "550 5.1.1 no such user here")


@pytest.mark.parametrize("action", ["delayed", "delivered", "relayed"])
def test_a_delay_is_no_bounce(action):
    mail = read(a_bounce(OURS, action=action))
    assert (mail.meaning, mail.bounce) == (Meaning.AUTOMATIC, None)


def test_a_daemon_that_writes_in_words_is_understood_by_our_name_in_it():
    mail = read(a_mail(f"Could not deliver:\nMessage-ID: {OURS}", From="postmaster@mx.example.com"))
    assert mail.bounce
    assert mail.bounce.message_ids == (OURS,)
    assert read(a_mail(f"You wrote {OURS}")).bounce is None


@pytest.mark.parametrize(
    "raw", [b"", b"\x00\xff\xfe", b"Subject: no sender\r\n\r\nHi", b"From: <@>\r\n\r\n", b":\r\n" * 500]
)
def test_what_cannot_be_read_says_so(raw):
    assert read(raw).meaning == Meaning.UNREADABLE


def test_no_mail_is_too_deep_or_too_long_for_the_reader():
    deep = b"".join(b'Content-Type: multipart/mixed; boundary="%d"\r\n\r\n--%d\r\n' % (n, n) for n in range(3000))
    wide = b'From: a@example.com\r\nContent-Type: multipart/mixed; boundary="b"\r\n\r\n' + b"--b\r\n\r\nx\r\n" * 20_000
    quotes = a_reply(UID).replace(b"VERSION:2.0", b'X;A="' + b'";"' * 30_000)
    began = time.thread_time()  # work, whatever else the machine does
    for raw in (deep, wide, quotes, a_mail("> " * 200_000)):
        read(raw)
    assert time.thread_time() - began < 20


def test_no_change_of_a_mail_breaks_the_reader():
    luck = random.Random(4)
    for original in (a_mail(), a_reply(UID), a_bounce(OURS)):
        for _ in range(60):
            raw = bytearray(original)
            for _ in range(luck.randrange(1, 12)):
                raw[luck.randrange(len(raw))] = luck.randrange(256)
            text = read(bytes(raw[: luck.randrange(len(raw))])).text
            assert "\x00" not in text
