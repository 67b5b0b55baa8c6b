"""Everybody, and all that can be named: made once for each file, since every request is undone."""

import copy
import logging

import pytest

from config.tests.access.people import as_of_then, make_world, undone


@pytest.fixture(scope="module")
def made_world(django_db_setup, django_db_blocker):
    with django_db_blocker.unblock(), undone():
        with as_of_then():
            made = make_world()
        yield made


@pytest.fixture
def world(made_world, db, settings):
    """The world as it was made: rows that a test writes are undone, and nobody signed in anew or out."""
    cookies = {person.title: copy.deepcopy(person.client.cookies) for person in made_world.everybody}
    settings.ZEAL_ALLOWLIST = [{"model": "leads.Lead", "field": "get()"}]  # a refused verb and the page it answers with
    logging.disable(logging.WARNING)  # thousands of refusals are meant here, and each would tell of itself
    with as_of_then():
        yield made_world
    logging.disable(logging.NOTSET)
    for person in made_world.everybody:
        person.client.cookies = cookies[person.title]
