"""What a card can be about, and how it ends."""

from __future__ import annotations

from django.db import models


class Focus(models.TextChoices):
    """What the ISA asked for and the agent found otherwise: a letter of LPMAMA, or the reading back."""

    LOCATION = "location", "Location"
    PRICE = "price", "Price"
    MOTIVATION = "motivation", "Motivation"
    AGENT = "agent", "Agent"
    MORTGAGE = "mortgage", "Mortgage"
    VERIFICATION = "verification", "Reading back"


class CardStatus(models.TextChoices):
    """How far a card is."""

    OPEN = "open", "New"
    ACKNOWLEDGED = "acknowledged", "Being worked on"
    IMPROVED = "improved", "Improved"
    CLOSED = "closed", "Closed by the team lead"
    WITHDRAWN = "withdrawn", "Withdrawn"


#: A relapse opens a new card: an end is an end, and what was improved stays on record as improved.
CARD_MOVES: dict[CardStatus, frozenset[CardStatus]] = {
    CardStatus.OPEN: frozenset({CardStatus.ACKNOWLEDGED, CardStatus.IMPROVED, CardStatus.CLOSED, CardStatus.WITHDRAWN}),
    CardStatus.ACKNOWLEDGED: frozenset({CardStatus.IMPROVED, CardStatus.CLOSED, CardStatus.WITHDRAWN}),
    CardStatus.IMPROVED: frozenset(),
    CardStatus.CLOSED: frozenset(),
    CardStatus.WITHDRAWN: frozenset(),
}
LIVE = tuple(status for status, moves in CARD_MOVES.items() if moves)
