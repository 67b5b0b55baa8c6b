"""Tables that are made together."""

from __future__ import annotations

import pytest
from django.db import connection, models
from django.db.migrations import Migration
from django.db.migrations.operations import AddIndex, CreateModel
from django.db.migrations.state import ProjectState
from django.db.migrations.writer import MigrationWriter

from teams.migrating import Together

pytestmark = pytest.mark.django_db

KEY = ("id", models.BigAutoField(primary_key=True))
INDEX = models.Index(fields=["shelf"], name="books_of_a_shelf")
BOTH = Together(
    [
        CreateModel("Shelf", [KEY]),
        CreateModel(
            "Book",
            [KEY, ("shelf", models.ForeignKey("teams.Shelf", models.CASCADE, db_index=False))],
            {"indexes": [INDEX]},
        ),
    ]
)


def migration():
    made = Migration("0002_books", "teams")
    made.operations = [BOTH]
    return made


def tables():
    return {name for name in connection.introspection.table_names() if name in {"teams_shelf", "teams_book"}}


def test_tables_come_and_go_together():
    before = ProjectState()
    with connection.schema_editor() as editor:
        after = migration().apply(before.clone(), editor)
    assert tables() == {"teams_shelf", "teams_book"}
    with connection.cursor() as cursor:
        assert "books_of_a_shelf" in connection.introspection.get_constraints(cursor, "teams_book")
    assert after.apps.get_model("teams", "book")._meta.get_field("shelf").related_model._meta.model_name == "shelf"

    with connection.schema_editor() as editor:
        migration().unapply(before, editor)
    assert tables() == set()


def test_models_that_were_drawn_before_are_drawn_again():
    state = ProjectState()
    assert not state.apps.get_models()

    BOTH.state_forwards("teams", state)

    assert {each._meta.model_name for each in state.apps.get_models()} == {"shelf", "book"}


def test_it_says_what_it_does_and_can_be_written_down():
    assert BOTH.describe() == "Create model Shelf; Create model Book"
    written = MigrationWriter(migration()).as_string()
    assert "import teams.migrating" in written
    assert "teams.migrating.Together(" in written


def test_what_would_come_twice_is_refused():
    with pytest.raises(TypeError, match="AddIndex"):
        Together([CreateModel("Shelf", [KEY]), AddIndex("shelf", INDEX)])


def test_it_can_be_undone_as_far_as_its_parts_can():
    assert BOTH.reversible
    one_way = CreateModel("Shelf", [KEY])
    one_way.reversible = False
    assert not Together([one_way]).reversible
