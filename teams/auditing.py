"""The audit's trigger: whatever changes a row, bulk updates and psql too, leaves an entry in the same transaction."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

import pgtrigger
from django.db.models import Field
from encrypted_fields.fields import EncryptedFieldMixin

HIDDEN_NAMES = {"password", "digest"}  # hashes; what is encrypted is known by its field


class Audited(pgtrigger.Trigger):
    """``baton_note_change`` (in teams' migrations) for a table; it names no column, so a new one is audited at once.

    ``ignored`` columns make no entry, ``hidden`` ones make one without their values. Secrets are hidden by themselves.
    ``narrowed``: for which operations, or on which condition, in the package's words.
    """

    name = "audit"
    when = pgtrigger.After
    operation = pgtrigger.Insert | pgtrigger.Update | pgtrigger.Delete

    def __init__(self, *, ignored: Iterable[str] = (), hidden: Iterable[str] = (), **narrowed: Any) -> None:
        self.ignored, self.hidden = frozenset(ignored), frozenset(hidden)
        super().__init__(**narrowed)

    def get_func(self, model: Any) -> str:
        """Return the trigger's body for this model."""
        meta = model._meta  # noqa: SLF001 - Django's documented way
        hidden = [field.column for field in meta.concrete_fields if field.name in self.hidden or is_secret(field)]
        ignored = [field.column for field in meta.concrete_fields if field.name in self.ignored]
        told = ", ".join([f"'{meta.label_lower}'", f"'{meta.pk.column}'", _array(hidden), _array(ignored)])
        return f"PERFORM baton_note_change(TG_OP, to_jsonb(OLD), to_jsonb(NEW), {told}); RETURN NULL;"


def is_secret(field: Field[Any, Any]) -> bool:
    """Whether this field's values are for nobody's eyes: encrypted, or a hash of a secret."""
    return isinstance(field, EncryptedFieldMixin) or field.name in HIDDEN_NAMES


def _array(names: Iterable[str]) -> str:
    return "'{" + ", ".join(sorted(names)) + "}'::text[]"
