"""What this room announces, inside the transaction of the change: a receiver that raises undoes it."""

from django.dispatch import Signal

#: ``handoff``, ``at``: it has just been opened, with all that it owes.
handoff_opened = Signal()
#: ``handoff``, ``outcome``, ``was`` (the outcome before a correction, else None), ``actor``, ``at``.
outcome_recorded = Signal()
