"""Whoever holds a ticket is told at once what is theirs, and nothing else; and only for as long as they may be."""

from __future__ import annotations

import http.client
import socket
import threading
from urllib.parse import urlsplit

import pytest
import uvicorn
from django.contrib.sessions.models import Session
from django.core import signing
from django.db import connection, transaction
from django.utils import timezone

from notifications.events import admitting, app, streams, tickets
from notifications.events.admitting import in_good_standing
from notifications.events.frames import frames_since
from notifications.events.hearing import Hearing
from notifications.events.tickets import Ticket
from notifications.management.commands.events import Server
from notifications.models import Pushed
from notifications.pushing import push
from notifications.tests.streaming import Reader, a_server, a_ticket, signed_in, tell
from teams.sessions import end_session
from teams.tests.factories import MembershipFactory, agent, isa

pytestmark = pytest.mark.django_db(transaction=True)


@pytest.fixture
def application(monkeypatch):
    monkeypatch.setattr(admitting, "LOOK_EVERY", 0.2)
    monkeypatch.setattr(app, "KEEP_ALIVE", 0.5)
    return app.EventApp()


@pytest.fixture
def url(application):
    with a_server(application) as url:
        yield url


@pytest.fixture
def connect(url):
    """Connect browsers that are closed at the end."""
    readers = []

    def connect(**how):
        readers.append(Reader(url, **how))
        return readers[-1]

    yield connect
    for each in readers:
        each.close()


@pytest.fixture
def ana(team):
    return agent(team)


def test_what_is_pushed_is_told_at_once_by_its_id_alone(url, ana):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        pk = tell(ana, "12", topic="transfer")

        assert reader.frame() == {"id": pk, "topic": "transfer", "ref": "12"}
        assert reader.answer.headers["Content-Type"] == "text/event-stream; charset=utf-8"
        assert reader.answer.headers["Cache-Control"] == "no-store"


def test_nothing_is_told_before_it_is_committed(url, ana):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        with transaction.atomic():
            tell(ana, "rolled back")
            transaction.set_rollback(True)
        tell(ana, "committed")

        assert reader.ref() == "committed"


def test_frames_of_others_are_never_seen(url, ana):
    colleague, stranger = agent(ana.team), isa()
    with Reader(url, ticket=a_ticket(ana)) as mine, Reader(url, ticket=a_ticket(stranger)) as theirs:
        for member, ref in ((colleague, "colleague's"), (stranger, "stranger's"), (ana, "Ana's")):
            tell(member, ref)

        assert mine.ref() == "Ana's"
        assert theirs.ref() == "stranger's"


def test_all_of_ones_browsers_are_told(url, ana):
    with Reader(url, ticket=a_ticket(ana)) as desk, Reader(url, ticket=a_ticket(ana)) as phone:
        tell(ana, "1")

        assert (desk.ref(), phone.ref()) == ("1", "1")


@pytest.mark.parametrize("by", ["header", "query"])
def test_who_was_away_resumes_after_the_frame_they_know(url, ana, by):
    known = tell(ana, "known")
    tell(ana, "missed")
    way = {"headers": {"Last-Event-ID": str(known)}} if by == "header" else {"after": known}

    with Reader(url, ticket=a_ticket(ana), **way) as reader:
        tell(ana, "new")

        assert (reader.ref(), reader.ref()) == ("missed", "new")


def test_a_forged_an_old_and_a_foreign_ticket_open_nothing(connect, ana, monkeypatch):
    good = a_ticket(ana)
    other_purpose = signing.dumps([ana.pk, signed_in(ana).pk], salt="another purpose")
    not_mine = tickets.ticket_for(membership_id=ana.pk, session_key=signed_in(isa()).session_key)

    for ticket in ("", "x", good[:-1], good[:-1] + ("A" if good[-1] != "A" else "B"), other_purpose, not_mine):
        assert connect(ticket=ticket).status == 401
    monkeypatch.setattr(tickets, "GOOD_FOR", tickets.GOOD_FOR * 0)
    assert connect(ticket=good).status == 401


def test_only_our_own_pages_may_read_it(connect, ana, settings):
    ours = connect(ticket=a_ticket(ana), headers={"Origin": settings.EVENTS_ORIGINS[0]})
    theirs = connect(ticket=a_ticket(ana), headers={"Origin": "https://elsewhere.example.com"})

    assert ours.answer.headers["Access-Control-Allow-Origin"] == settings.EVENTS_ORIGINS[0]
    assert ours.answer.headers["Access-Control-Allow-Credentials"] is None
    assert theirs.status == 403
    assert theirs.answer.headers["Access-Control-Allow-Origin"] is None


def test_who_left_the_team_hears_no_more(url, connect, ana):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        type(ana).objects.filter(pk=ana.pk).update(ended_at=timezone.now())

        assert reader.frame() is None
    assert connect(ticket=a_ticket(ana)).status == 401


def test_who_signed_out_hears_no_more_there(url, ana):
    here, there = signed_in(ana), signed_in(ana)
    with Reader(url, ticket=a_ticket(ana, here)) as out, Reader(url, ticket=a_ticket(ana, there)) as still_in:
        Session.objects.filter(session_key=here.session_key).delete()
        assert out.frame() is None
        tell(ana, "1")
        assert still_in.ref() == "1"

        end_session(there)
        assert still_in.frame() is None


def test_who_does_not_read_is_let_go_and_resumes_later(url, ana, application, monkeypatch):
    monkeypatch.setattr(app, "PATIENCE", 0.5)
    ticket, address = a_ticket(ana), urlsplit(url)
    with socket.socket() as lazy:
        lazy.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 4096)
        lazy.connect((address.hostname, address.port))
        lazy.sendall(f"GET /stream?ticket={ticket} HTTP/1.1\r\nHost: x\r\n\r\n".encode())
        assert lazy.recv(15) == b"HTTP/1.1 200 OK"
        with Reader(url, ticket=a_ticket(ana)) as quick:
            number = 0
            while len(application.streams) > 1 and number < 400:
                push_many(ana, 50, first=number * 50)
                assert [quick.ref() for _ in range(50)][-1] == str(number * 50 + 49)
                number += 1

            assert len(application.streams) == 1, "the one that reads is still told"


def push_many(member, count, *, first):
    rows = [Pushed(membership=member, topic="ring", ref=str(first + n), at=timezone.now()) for n in range(count)]
    with transaction.atomic(), connection.cursor() as cursor:
        made = Pushed.objects.bulk_create(rows)
        cursor.execute("SELECT pg_notify('baton_pushed', %s)", [f"{made[0].pk}-{made[-1].pk}"])


def test_what_waits_for_one_stream_has_an_end():
    lazy = streams.Stream(Ticket(1, 1))
    for number in range(streams.MOST_WAITING):
        lazy.tell({"id": number, "topic": "ring", "ref": "1"})
    assert not lazy.ended

    lazy.tell({"id": 0, "topic": "ring", "ref": "1"})

    assert lazy.ended


def test_one_sign_in_has_so_many_streams_and_no_more(connect, ana, application):
    ticket = a_ticket(ana)
    first = connect(ticket=ticket)
    for _ in range(streams.MOST_PER_SIGN_IN):
        connect(ticket=ticket)

    assert first.frame() is None
    assert len(application.streams) == streams.MOST_PER_SIGN_IN


@pytest.mark.parametrize("whose", ["LISTEN%", "%"])
def test_a_lost_database_connection_costs_no_frame(url, ana, whose):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        tell(ana, "before")
        assert reader.ref() == "before"
        with connection.cursor() as cursor:
            cursor.execute(
                "SELECT count(pg_terminate_backend(pid)) FROM pg_stat_activity"
                " WHERE datname = current_database() AND pid <> pg_backend_pid() AND query LIKE %s",
                [whose],
            )
        known = tell(ana, "meanwhile")
        assert reader.ref() == "meanwhile"

    Pushed.objects.exclude(pk=known).delete()
    with Reader(url, ticket=a_ticket(ana), after=known) as reader:
        tell(ana, "after")
        assert reader.ref() == "after"


@pytest.mark.filterwarnings("ignore::pytest.PytestUnhandledThreadExceptionWarning")
def test_hearing_that_ends_by_itself_says_so(ana):
    over = threading.Event()

    def fail(_):
        raise RuntimeError("invented")

    hearing = Hearing(tell=fail, over=over.set)
    hearing.start()
    while not over.wait(0.1) and hearing.is_alive():
        tell(ana, "1")
    hearing.join(10)

    assert over.is_set()


def test_a_process_that_may_hold_no_stream_ends(application):
    with socket.create_server(("127.0.0.1", 0)) as listener:
        server = Server(uvicorn.Config(application, lifespan="on", ws="none", log_config=None), application)
        running = threading.Thread(target=server.run, kwargs={"sockets": [listener]})
        running.start()
        application.streams.end_all()
        running.join(10)

        assert not running.is_alive()


def test_a_swallowed_bell_costs_two_seconds(url, ana):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        Pushed.objects.create(membership=ana, topic="ring", ref="no bell", at=timezone.now())

        assert reader.ref() == "no bell"


def test_what_the_bell_says_is_told_without_asking_for_it(url, ana):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('baton_pushed', %s)", [f"7 {ana.pk} ring 12\n8 {ana.pk} transfer 12"])

        assert reader.frame() == {"id": 7, "topic": "ring", "ref": "12"}
        assert reader.frame() == {"id": 8, "topic": "transfer", "ref": "12"}


def test_a_push_to_more_than_a_bell_can_say_is_told_as_well(url, ana):
    members = [ana, *MembershipFactory.create_batch(400, team=ana.team)]
    with Reader(url, ticket=a_ticket(ana)) as first, Reader(url, ticket=a_ticket(members[-1])) as last:
        push(to=[each.pk for each in members], topic="transfer", ref="8" * 12, at=timezone.now())

        assert (first.ref(), last.ref()) == ("8" * 12, "8" * 12)


@pytest.mark.parametrize("payload", ["", "x", "1-", "9-1", "9" * 30 + "-1", "1-2; DROP TABLE", "1 2 ring"])
def test_a_bell_that_says_nonsense_breaks_nothing(url, ana, payload):
    with Reader(url, ticket=a_ticket(ana)) as reader:
        with connection.cursor() as cursor:
            cursor.execute("SELECT pg_notify('baton_pushed', %s)", [payload])
        tell(ana, "1")

        assert reader.ref() == "1"


@pytest.mark.parametrize("count", [1, 40])
def test_letting_in_costs_the_same_however_many_come(team, count, django_assert_num_queries):
    members = [agent(team) for _ in range(count)]
    asked = [(tickets.read(a_ticket(each)), 0) for each in members]
    push(to=[each.pk for each in members], topic="ring", ref="1", at=timezone.now())

    with django_assert_num_queries(3):
        assert len(in_good_standing([ticket for ticket, _ in asked], at=timezone.now())) == count
        assert len(frames_since([(ticket.membership_id, after) for ticket, after in asked])) == count


@pytest.mark.parametrize(
    ("method", "path", "status"), [("GET", "/healthz", 200), ("GET", "/", 404), ("POST", "/stream", 405)]
)
def test_there_is_nothing_else(url, method, path, status):
    address = urlsplit(url)
    line = http.client.HTTPConnection(address.hostname, address.port, timeout=10)
    line.request(method, path)

    assert line.getresponse().status == status
    line.close()
