"""What this room announces, inside the transaction of the change: a receiver that raises undoes it."""

from django.dispatch import Signal

#: ``handoff``, ``at``: it has just been opened, with all that it owes.
handoff_opened = Signal()
#: ``event`` (a TransferEvent, with its transfer), ``at``: a live transfer went from one state to another.
transfer_moved = Signal()
#: ``transfer``, ``rings`` (those that have just begun), ``at``.
rung_started = Signal()
#: ``transfer``, ``rings`` (those that have just ended, all in the same way), ``at``.
rings_ended = Signal()
#: ``ring``, ``is_off_call`` (whether the agent is off call by that), ``at``.
ring_missed = Signal()
#: ``transfer``, ``at``: accepted minutes ago, and nobody has said whether the client was put through.
still_accepted = Signal()
#: ``handoff``, ``outcome``, ``was`` (the outcome before a correction, else None), ``actor``, ``at``.
outcome_recorded = Signal()
#: ``step`` (a DealStep, with its deal and handoff): a deal has begun, moved or was corrected.
deal_moved = Signal()
