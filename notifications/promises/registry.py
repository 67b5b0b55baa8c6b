"""How each kind of promise is kept: rooms register their models here, and the sweep drains all of them."""

from __future__ import annotations

from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any, Protocol

from django.db.models import Q, QuerySet

from notifications.promises.owed import Owed, State

DEFAULT_STREAM = ""


@dataclass(frozen=True, slots=True)
class Ending:
    """How one attempt ended. ``state`` is WAITING when there will be another; ``stamps`` are further fields."""

    state: State
    answer: str
    at: datetime
    stamps: dict[str, Any] = field(default_factory=dict)


class Fulfil(Protocol):
    """Do what is owed, outside any transaction, in 20 s at most, and return the answer.

    May be called again after a crash, so it must be harmless twice. Raises Transient or Permanent.
    """

    def __call__(self, owed: Any, /) -> str: ...


def _all_of(waiting: QuerySet[Any], _at: datetime) -> QuerySet[Any]:
    return waiting


def _any_of(ended: QuerySet[Any]) -> QuerySet[Any]:
    return ended


def _never(_owed: Any) -> bool:
    return False


def _nothing(*_: object) -> None:
    return None


@dataclass(frozen=True, slots=True, kw_only=True)
class Undertaking:
    """A model of promises and how they are kept."""

    model: type[Owed]
    fulfil: Fulfil
    #: Independent parts, each with threads of its own, so that a slow one holds up no other.
    streams: Mapping[str, Q] = field(default_factory=lambda: {DEFAULT_STREAM: Q()})
    #: Streams that cannot wait for a minute to be taken up again when a process died, each with its shorter lease.
    leases: Mapping[str, timedelta] = field(default_factory=dict)
    #: Whether one that was not kept is nobody's task: what it was for is over by then.
    is_fleeting: Callable[[Any], bool] = _never
    #: Narrows to what may be claimed now: order within a lane, throttled channels.
    claimable: Callable[[QuerySet[Any], datetime], QuerySet[Any]] = _all_of
    #: Narrows to what a person may have tried again: not what a later promise has replaced.
    may_retry: Callable[[QuerySet[Any]], QuerySet[Any]] = _any_of
    #: Called in the claim's transaction with the rows just claimed.
    on_claim: Callable[[Sequence[Any], datetime], None] = _nothing
    #: Called in the transaction that marks the row, for an attempt that was overtaken too.
    on_end: Callable[[Any, Ending], None] = _nothing
    #: Fields that ``fulfil`` may set on the row, to be saved when it is done.
    stamps: tuple[str, ...] = ()
    #: How many threads of one sweep may work on each stream.
    threads: int = 4


_undertakings: dict[type[Owed], Undertaking] = {}


def register(model: type[Owed], fulfil: Fulfil, **details: Any) -> Undertaking:
    """Undertake to keep the promises of this model. ``details`` are the other fields of Undertaking."""
    _undertakings[model] = Undertaking(model=model, fulfil=fulfil, **details)
    return _undertakings[model]


def undertaking(model: type[Owed]) -> Undertaking:
    """Return how this model's promises are kept. Raises LookupError if nobody undertook it."""
    try:
        return _undertakings[model]
    except KeyError:
        raise LookupError(f"Nobody undertook to keep {model.__name__}.") from None


def undertakings() -> tuple[Undertaking, ...]:
    """Return all that is registered."""
    return tuple(_undertakings.values())


def rows(model: type[Owed]) -> QuerySet[Any]:
    """Return all promises of a model that is known only at run time."""
    return model._default_manager.all()  # noqa: SLF001 - Django's documented way
