"""Text that attacks whoever shows it: HTML, Slack's channel ping, a spreadsheet's formula, a template, bidi marks."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import pgtrigger
from django.apps import apps
from django.db import connection, models

from notifications.promises.owed import Owed, Timer

ROOMS = ("teams", "notifications", "leads", "handoff")
FORMULA = "=HYPERLINK(1)"
HOSTILE = f"{FORMULA}\"'><img src=x onerror=window.pwned=1><script>window.pwned=1</script><!channel>{{{{7*7}}}}\u202e😀"

#: Text that is no person's words: codes, keys, addresses of machines, what a signature is made over.
CODED = {
    "about", "account", "action", "body_mark", "check_name", "country", "currency", "digest", "email", "ending", "etag",
    "event_id", "fingerprint", "format", "host", "inbound_key", "key", "kind", "language", "last_modified", "link",
    "message_id", "model", "part", "password", "provider_ref", "sender", "sort_name", "state", "status", "token", "uid",
    "url_mark", "username", "zone",
}  # fmt: skip
#: Models whose name column is the code of something of ours.
NAMED_BY_US = ("ScriptVersion",)
#: Rows that a trigger keeps as they are, or that are our own bookkeeping.
KEPT = (Owed, Timer)
SHORTEST = 40  # characters: shorter columns hold codes


def columns() -> Iterator[tuple[type[models.Model], models.Field[Any, Any]]]:
    """Return every column that holds what a person wrote."""
    for room in ROOMS:
        for model in apps.get_app_config(room).get_models():
            if issubclass(model, KEPT) or model.__name__.endswith("Event") or model.__name__ == "Activity":
                continue
            if not model._meta.managed:  # a view shows the words of tables
                continue
            for column in model._meta.concrete_fields:
                if _is_a_persons(column) and not (column.name == "name" and model.__name__ in NAMED_BY_US):
                    yield model, column


def _is_a_persons(column: models.Field[Any, Any]) -> bool:
    if type(column) not in {models.CharField, models.TextField} or column.choices or column.name in CODED:
        return False
    return not column.primary_key and (column.max_length or SHORTEST) >= SHORTEST


def poison() -> int:
    """Put hostile text into every such column of every row, as long as it takes; tell how many columns it were.

    Into rows that are only ever added to as well: people wrote those words, too.
    """
    count = 0
    with pgtrigger.ignore(), connection.cursor() as cursor:
        for model, column in columns():
            table, name = (connection.ops.quote_name(each) for each in (model._meta.db_table, column.column))
            key = connection.ops.quote_name(model._meta.pk.column)
            longest = (column.max_length or 300) - 12
            # the row's number at the end keeps what has to be unique so
            cursor.execute(  # names of our own tables and columns
                f"UPDATE {table} SET {name} = left(%s, %s) || ' ' || {key}",  # noqa: S608
                [HOSTILE, longest],
            )
            count += 1
    return count
