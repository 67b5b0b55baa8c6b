"""Many tables in one step of a migration."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from django.db.backends.base.schema import BaseDatabaseSchemaEditor
from django.db.migrations.operations import CreateModel
from django.db.migrations.operations.base import Operation
from django.db.migrations.state import ProjectState
from pgtrigger.migrations import AddTrigger


class Together(Operation):
    """New tables with their triggers: what they make of the models is drawn up once, not after each of them.

    After each operation Django draws every related model anew, and ours are all related: a hundred tables that come
    one by one take many times what their SQL does. Each operation here meets the models as they are where all of
    these are done, so an index or a constraint belongs into the options of its table: by itself it would come twice.
    """

    def __init__(self, operations: Sequence[Operation]) -> None:
        """Keep them in their order. Raises TypeError for anything but CreateModel and AddTrigger."""
        for each in operations:
            if not isinstance(each, CreateModel | AddTrigger):
                raise TypeError(f"{type(each).__name__} cannot be done together with others.")
        self.operations = operations

    @property
    def reversible(self) -> bool:  # type: ignore[override]
        """Whether each of them is."""
        return all(each.reversible for each in self.operations)

    def state_forwards(self, app_label: str, state: ProjectState) -> None:
        """Tell of all of them, with the models forgotten: they are drawn up when somebody asks next."""
        state.__dict__.pop("apps", None)  # a cached property; while it stands each operation draws them anew
        for each in self.operations:
            each.state_forwards(app_label, state)

    def database_forwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,
    ) -> None:
        """Do all of them."""
        for each in self.operations:
            each.database_forwards(app_label, schema_editor, from_state, to_state)

    def database_backwards(
        self,
        app_label: str,
        schema_editor: BaseDatabaseSchemaEditor,
        from_state: ProjectState,
        to_state: ProjectState,  # noqa: ARG002 - Django's own signature
    ) -> None:
        """Undo all of them, the last one first."""
        for each in reversed(self.operations):
            each.database_backwards(app_label, schema_editor, from_state, from_state)

    def describe(self) -> str:
        """Say what is done, one after the other."""
        return "; ".join(each.describe() for each in self.operations)

    def deconstruct(self) -> tuple[str, Sequence[Any], dict[str, Any]]:
        """Name it as a migration writes it down."""
        return type(self).__name__, [self.operations], {}
