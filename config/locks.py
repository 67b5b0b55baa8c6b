"""``python -m config.locks``: no migration may hold up those who are at work, nor break the release before it.

While a deployment is under way old and new code use the same tables, so a release only adds (*expand*); what nobody
uses any more goes in the next one (*contract*, marked ``is_contraction = True`` on the migration).
"""

from __future__ import annotations

import sys
from collections.abc import Iterable, Iterator
from typing import Any

from django.contrib.postgres.operations import AddConstraintNotValid, AddIndexConcurrently
from django.db import connection, models
from django.db.migrations import operations
from django.db.migrations.migration import Migration
from django.db.migrations.state import ProjectState

from teams.migrating import Together

ROOMS = {"handoff", "leads", "notifications", "teams"}
#: Migrations up to this number were made before the first release: no installation has to live through them.
BEFORE_THE_FIRST_RELEASE = 1

GONE = (operations.RemoveField, operations.DeleteModel, operations.RenameField, operations.RenameModel,
        operations.AlterModelTable)  # fmt: skip


def complaints(plan: Iterable[Migration], *, after: int = BEFORE_THE_FIRST_RELEASE) -> Iterator[str]:
    """Yield what is wrong with the migrations of this plan that are newer than ``after``."""
    state = ProjectState()
    for migration in plan:
        is_checked = migration.app_label in ROOMS and int(migration.name.partition("_")[0]) > after
        steps = list(_one_by_one(migration.operations))
        made = {each.name_lower for each in steps if isinstance(each, operations.CreateModel)}
        for operation in steps:
            if is_checked:
                for words in _wrong(operation, migration, state, made):
                    yield f"{migration.app_label}/{migration.name}: {operation.describe()}: {words}"
            operation.state_forwards(migration.app_label, state)


def _one_by_one(steps: Iterable[Any]) -> Iterator[Any]:
    for step in steps:
        yield from step.operations if isinstance(step, Together) else [step]


def _wrong(operation: Any, migration: Migration, state: ProjectState, made: set[str]) -> Iterator[str]:
    if isinstance(operation, GONE) and not getattr(migration, "is_contraction", False):
        yield "the release before still uses it; remove it one release later, with is_contraction = True"
    if getattr(operation, "model_name_lower", None) in made:  # nobody waits for a table that is new
        return
    if isinstance(operation, operations.AddIndex) and not isinstance(operation, AddIndexConcurrently):
        yield "writers wait while it is built; use AddIndexConcurrently, with atomic = False"
    if isinstance(operation, operations.AddConstraint) and not isinstance(operation, AddConstraintNotValid):
        yield "everybody waits while all rows are read; use AddConstraintNotValid, and ValidateConstraint after it"
    if isinstance(operation, operations.AddField):
        yield from _wrong_with_new(operation.field)
    if isinstance(operation, operations.AlterField):
        was = state.models[migration.app_label, operation.model_name_lower].fields[operation.name]
        yield from _wrong_with_altered(was, operation.field)


def _wrong_with_new(field: Any) -> Iterator[str]:
    is_filled = field.null or field.many_to_many or field.db_default is not models.NOT_PROVIDED
    if not is_filled:
        yield "the release before cannot add rows any more; give it null=True or a db_default"
    if not field.many_to_many and (field.unique or field.db_index):
        yield "writers wait while its index is built; add that by itself, with AddIndexConcurrently"


def _wrong_with_altered(was: models.Field[Any, Any], now: models.Field[Any, Any]) -> Iterator[str]:
    if was.null and not now.null:
        yield "everybody waits while all rows are read; validate a NOT NULL check first"
    if _type_of(was) != _type_of(now) and not _is_only_longer(was, now):
        yield "the table is written anew while everybody waits; add a column, and move over"


def _is_only_longer(was: models.Field[Any, Any], now: models.Field[Any, Any]) -> bool:
    lengths = (was.max_length, now.max_length)
    return type(was) is type(now) and None not in lengths and bool(lengths[1] > lengths[0])  # type: ignore[operator]


def _type_of(field: models.Field[Any, Any]) -> Any:
    if field.is_relation:
        return "relation"
    return field.db_type(connection)


def main() -> int:
    """Look at every migration there is."""
    import django  # noqa: PLC0415 - a command

    django.setup()
    from django.db.migrations.loader import MigrationLoader  # noqa: PLC0415

    graph = MigrationLoader(None).graph
    plan: dict[tuple[str, str], Migration] = {}
    for leaf in graph.leaf_nodes():
        for key in graph.forwards_plan(leaf):
            plan.setdefault(key, graph.nodes[key])
    found = list(complaints(plan.values()))
    print("\n".join(found))  # noqa: T201
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main())
