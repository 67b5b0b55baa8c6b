"""The lint of migrations finds what would hold people up, and lets pass what would not."""

import subprocess
import sys

import pytest
from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import models
from django.db.migrations import Migration
from django.db.migrations import operations as ops

from config.launcher.places import PROJECT
from config.locks import complaints
from teams.migrating import Together

TABLE = ops.CreateModel(
    "Thing", [("id", models.BigAutoField(primary_key=True)), ("name", models.CharField(max_length=20)),
              ("note", models.CharField(max_length=20, null=True)), ("number", models.IntegerField(default=0))],
)  # fmt: skip
CHECK = models.CheckConstraint(condition=models.Q(number__gte=0), name="not_negative")


def told(*operations, is_contraction=False):
    first = Migration("0001_initial", "leads")
    first.operations = [TABLE]
    second = Migration("0021_change", "leads")
    second.operations = list(operations)
    second.is_contraction = is_contraction  # type: ignore[attr-defined]
    return [words.rpartition(": ")[2] for words in complaints([first, second], after=20)]


@pytest.mark.parametrize(
    ("operation", "words"),
    [
        (ops.AddIndex("thing", models.Index(fields=["name"], name="x")), "AddIndexConcurrently"),
        (ops.AddConstraint("thing", CHECK), "AddConstraintNotValid"),
        (ops.AddField("thing", "size", models.IntegerField(default=0)), "null=True or a db_default"),
        (ops.AddField("thing", "code", models.CharField(max_length=9, null=True, unique=True)), "index"),
        (ops.AddField("thing", "lead", models.ForeignKey("leads.Thing", models.CASCADE, null=True)), "index"),
        (ops.AlterField("thing", "note", models.CharField(max_length=20, default="")), "NOT NULL"),
        (ops.AlterField("thing", "number", models.BigIntegerField(default=0)), "written anew"),
        (ops.AlterField("thing", "name", models.CharField(max_length=9)), "written anew"),
        (ops.RemoveField("thing", "note"), "one release later"),
        (ops.DeleteModel("Thing"), "one release later"),
        (ops.RenameField("thing", "note", "words"), "one release later"),
    ],
    ids=lambda value: type(value).__name__ if not isinstance(value, str) else value,
)
def test_what_holds_people_up_is_named_with_what_to_do_instead(operation, words):
    (complaint,) = told(operation)

    assert words in complaint


def test_nobody_waits_for_tables_that_were_made_together():
    other = ops.CreateModel("Other", [("id", models.BigAutoField(primary_key=True))])

    assert told(Together([other]), ops.AddIndex("other", models.Index(fields=["id"], name="y"))) == []


@pytest.mark.parametrize(
    "operation",
    [
        AddIndexConcurrently("thing", models.Index(fields=["name"], name="x")),
        AddConstraintNotValid("thing", CHECK),
        ops.AddField("thing", "size", models.IntegerField(default=0, db_default=0)),
        ops.AddField("thing", "size", models.IntegerField(null=True)),
        ops.AlterField("thing", "name", models.CharField(max_length=200)),
        ops.AlterField("thing", "note", models.CharField(max_length=20, null=True, help_text="Words.")),
    ],
    ids=lambda value: type(value).__name__,
)
def test_what_holds_nobody_up_passes(operation):
    assert told(operation) == []


def test_a_table_that_is_new_may_get_all_of_it():
    new = ops.CreateModel("Fresh", [("id", models.BigAutoField(primary_key=True)), ("name", models.TextField())])

    assert told(new, ops.AddIndex("fresh", models.Index(fields=["name"], name="y"))) == []


def test_what_the_release_before_gave_up_may_go():
    assert told(ops.RemoveField("thing", "note"), is_contraction=True) == []


def test_the_migrations_that_there_are_pass():
    done = subprocess.run([sys.executable, "-W", "ignore", "-m", "config.locks"], cwd=PROJECT, capture_output=True,
                          text=True, timeout=120, check=False)  # fmt: skip
    assert (done.returncode, done.stdout.strip()) == (0, "")
