"""Rows that are read in the query of whom they belong to, where ``prefetch_related`` would ask once for each kind."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping, Sequence
from typing import Any, TypeVar

from django.contrib.postgres.expressions import ArraySubquery
from django.db import DEFAULT_DB_ALIAS
from django.db.models import Model, OuterRef, QuerySet
from django.db.models.functions import JSONObject

M = TypeVar("M", bound=Model)
Owners = TypeVar("Owners", bound=QuerySet[Any])


def read_along(owners: Owners, field: str, related: Mapping[str, type[Model]]) -> Owners:
    """Let each owner's managers, by name, give the rows of a model whose ``field`` names the owner."""
    whole = {name: model._default_manager.filter(**{field: OuterRef("pk")}) for name, model in related.items()}
    found = owners.annotate(**{f"{name}_rows": rows_of(rows) for name, rows in whole.items()})

    class Reading(owners._iterable_class):  # type: ignore[name-defined,misc]
        """The owners, each with what was read along. What asks for values has no use for it, and has its own."""

        def __iter__(self) -> Iterator[Any]:
            for owner in super().__iter__():
                for name, model in related.items():
                    keep(owner, name, made_of(model, getattr(owner, f"{name}_rows")))
                yield owner

    found._iterable_class = Reading
    return found


def rows_of(found: QuerySet[Any]) -> ArraySubquery:
    """Return what annotates a query with these rows, whole and in their order; ``made_of`` makes objects of them."""
    columns = [field.attname for field in found.model._meta.concrete_fields]
    return ArraySubquery(found.values(row=JSONObject(**{name: name for name in columns})))


def made_of(model: type[M], rows: Iterable[Mapping[str, Any]]) -> list[M]:
    """Return the objects that these rows are, as if they had been read by themselves."""
    fields = {field.attname: field for field in model._meta.concrete_fields}
    return [
        model.from_db(DEFAULT_DB_ALIAS, list(fields), [field.to_python(row[name]) for name, field in fields.items()])
        for row in rows
    ]


def keep(owner: Model, name: str, related: Sequence[Model]) -> None:
    """Let ``owner.<name>.all()`` give these: they are put where ``prefetch_related`` would have put them."""
    manager = getattr(owner, name)
    found = manager.get_queryset()
    found._result_cache, found._prefetch_done = list(related), True
    owner.__dict__.setdefault("_prefetched_objects_cache", {})[name] = found
