"""The doorbell is heard, past a pooler too."""

from __future__ import annotations

import os
from contextlib import contextmanager, suppress

import pytest
from django.db import connection, transaction

from notifications.promises import doorbell
from notifications.promises.listening import Listener

pytestmark = pytest.mark.django_db(transaction=True)


@contextmanager
def a_listener():
    readable, writable = os.pipe()
    listener = Listener(readable)
    try:
        yield listener
    finally:
        listener.close()
        os.close(readable)
        os.close(writable)


def who_listens() -> list[str]:
    with connection.cursor() as cursor:
        cursor.execute(
            "SELECT application_name FROM pg_stat_activity WHERE datname = current_database() AND query LIKE 'LISTEN%'"
        )
        return [name for (name,) in cursor.fetchall()]


def test_a_ring_ends_the_wait():
    with a_listener() as listener:
        assert listener.wait(0) == []
        doorbell.ring()

        assert listener.wait(5) == [""]
        assert listener.wait(0) == [], "one ring is heard once"


def test_one_transaction_rings_once_and_the_next_again(django_assert_num_queries):
    with a_listener() as listener:
        listener.wait(0)
        for _ in range(2):
            with transaction.atomic(), django_assert_num_queries(1):
                doorbell.ring()
                doorbell.ring()

            assert listener.wait(5) == [""]


def test_what_rang_and_was_rolled_back_silences_nobody_after_it():
    with a_listener() as listener:
        listener.wait(0)
        with transaction.atomic():
            with suppress(ZeroDivisionError), transaction.atomic():
                doorbell.ring()
                raise ZeroDivisionError
            doorbell.ring()

        assert listener.wait(5) == [""]


def test_with_a_direct_address_the_sweep_listens_there(settings):
    settings.DATABASE_DIRECT = {**connection.settings_dict, "OPTIONS": {"application_name": "past the pooler"}}

    with a_listener() as listener:
        listener.wait(0)
        assert who_listens() == ["past the pooler"]
        doorbell.ring()

        assert listener.wait(5) == [""]


def test_a_direct_address_where_nobody_answers_leaves_the_tick(settings):
    settings.DATABASE_DIRECT = {**connection.settings_dict, "HOST": "127.0.0.1", "PORT": "1"}

    with a_listener() as listener:
        assert listener.wait(0) == []


def test_it_hears_the_bell_it_was_given_and_what_each_ring_said():
    readable, writable = os.pipe()
    listener = Listener(readable, bell="another")
    listener.wait(0)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_notify('another', 'first'), pg_notify('another', 'second')")
    doorbell.ring()

    assert listener.wait(5) == ["first", "second"]
    listener.close()
    os.close(readable)
    os.close(writable)
