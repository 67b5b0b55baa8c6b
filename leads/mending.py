"""What was given up and became somebody's task: which promise a task is about."""

from __future__ import annotations

from leads.models import Task
from notifications.models import Delivery
from notifications.promises.owed import Owed

GIVEN_UP = "given_up"


def cause_of(owed: Owed) -> str:
    """Return how the keys of the tasks about a promise begin."""
    return f"{GIVEN_UP}|{type(owed).__name__}|{owed.pk}|"


def delivery_of(task: Task) -> Delivery | None:
    """Return the delivery that a task says was not made; None for any other task."""
    kind, _, rest = task.key.partition("|")
    model, _, rest = rest.partition("|")
    number = rest.partition("|")[0]
    if kind != GIVEN_UP or model != Delivery.__name__ or not number.isdecimal():
        return None
    return Delivery.objects.filter(pk=int(number)).first()
