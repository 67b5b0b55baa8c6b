"""What the promises announce to the rooms above."""

from django.dispatch import Signal

#: A promise ended without being kept. ``sender`` is the model, ``owed`` the row. Sent in the transaction that marks
#: it, so that the failure and the task that tells a person of it are written together or not at all.
given_up = Signal()
#: A promise was kept, but not at the first attempt, so it may have been given up before. Same arguments, and ``at``;
#: sent in the transaction that marks it.
kept = Signal()
#: A promise that waited or was given up is not owed any more, and nobody needs to care. Same arguments, and ``at``.
written_off = Signal()
