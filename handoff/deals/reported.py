"""What the agent reported of a deal before there was one: it is asked again as theirs to check, not to type twice."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from typing import Any, Self

from handoff.models import Deal, Handoff
from handoff.models.outcomes import Showed
from teams.zones import zone


@dataclass(frozen=True, slots=True)
class Reported:
    """Amounts that were reported and that the deal does not have; ``percent`` where the commission was said so.

    They are what was expected that day, so they become the deal's only when somebody saves them.
    """

    on: date | None = None
    price: int | None = None
    commission: int | None = None
    percent: Decimal | None = None

    @classmethod
    def of(cls, handoff: Handoff, deal: Deal | None) -> Self:
        """Return what was reported of this handoff; nothing where it is said already, or in another currency."""
        report = getattr(handoff, "outcome", None)
        currency = (deal.currency if deal else "") or handoff.team.currency
        if report is None or report.showed != Showed.YES or report.currency != currency:
            return cls()
        on = report.recorded_at.astimezone(zone(handoff.team.zone)).date()
        price = report.price if deal is None or deal.price is None else None
        if (deal and deal.commission is not None) or report.commission is None:
            return cls(on, price)
        return cls(on, price, report.commission, report.commission_percent)

    @property
    def initial(self) -> dict[str, Any]:
        """What a form begins with. A percentage stays one, so that it follows a price that is corrected."""
        said: dict[str, Any] = {"price": self.price}
        if self.percent is not None:
            said["percent"] = f"{self.percent.normalize():f}"
        else:
            said["commission"] = self.commission
        return {name: value for name, value in said.items() if value is not None}

    @property
    def hint(self) -> str:
        """What stands below an amount that nobody has said of the deal itself."""
        return f"As reported on {self.on:%b} {self.on.day}: check it." if self.on else ""
