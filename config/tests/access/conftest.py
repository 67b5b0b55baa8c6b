"""Everybody, and all that can be named, in a database of this test alone."""

import logging

import pytest

from config.tests.access.people import the_world


@pytest.fixture
def world(db):
    logging.disable(logging.WARNING)  # thousands of refusals are meant here, and each would tell of itself
    with the_world() as made:
        yield made
    logging.disable(logging.NOTSET)
