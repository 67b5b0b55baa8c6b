"""The API, version 1: composed here of what each room brings."""

from config.api.assembly import BatonAPI
from config.api.refusals import answer_refusals
from handoff.api import afterwards, gate, numbers, outcomes, replaying, starting, transfer_numbers, transfers  # noqa: F401 - they add routes
from handoff.api.router import router as handoff_router
from handoff.coaching.api import router as coaching_router
from handoff.deals.api import router as deals_router
from handoff.pay.api import router as pay_router
from leads.api import router as leads_router
from leads.api_calls import router as calls_router
from leads.api_drips import router as drips_router
from leads.api_household import router as household_router
from teams.api import router as teams_router
from teams.api_presence import router as presence_router
from teams.bearer import bearer

DESCRIPTION = """
Leads, what is known of them, and the pass from the ISA to the agent.

* **Token**: `Authorization: Bearer …`. It acts for one member of one team, and has scopes: `read`, `leads`, `handoffs`.
* **Errors** are problems (RFC 9457); `code` says which, and never changes. What belongs to others is a 404.
* **`Idempotency-Key`** on any POST: a request sent twice has one effect, and gets the first one's answer.
* **Lists** are newest first; pass `next_cursor` as `cursor` for the next page.
* **Times** are ISO 8601 with an offset, and come back in UTC. Prices are whole units of the team's currency.
"""

api = BatonAPI(title="Baton", version="1", description=DESCRIPTION, urls_namespace="api", auth=bearer)
api.add_router("", teams_router)
api.add_router("", presence_router)
api.add_router("", leads_router)
api.add_router("", calls_router)
api.add_router("", household_router)
api.add_router("", drips_router)
api.add_router("", handoff_router)
api.add_router("", coaching_router)
api.add_router("", deals_router)
api.add_router("", pay_router)
answer_refusals(api)

__all__ = ["api"]
