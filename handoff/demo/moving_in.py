"""Files of leads from before Baton: one imported, one tried, one just uploaded."""

from __future__ import annotations

from datetime import datetime, timedelta

from leads.importing import conducting
from leads.importing.columns import guess
from leads.models import ImportStep, LeadImport
from leads.models.imports import OnDuplicate, OnUnknown
from notifications.promises import drains
from teams.models import Membership

_VISITORS = """Visitor,Mobile,E-mail,Comment
Sasha Unreal,737 555 0186,sasha@example.com,Has a dog
"""
_HEADERS = "First Name,Last Name,Stage,Lead Source,Assigned To,Date Added,Tags,Email 1,Phone 1,Timeframe,Background"
_OLD = f"""{_HEADERS}
Marlow,Fabricated,Past Client,Sphere,,03/02/2024,Past client,marlow@example.com,(737) 555-0181,12+ Months,Bought in 2021
Odell,Makebelieve,Nurture,Open house,,11/19/2025,,odell@example.com,(737) 555-0182,6-12 Months,
Nobody,Reachable,Lead,,,,,,12,,
"""
_PORTAL = f"""{_HEADERS}
Perry,Pretend,Hot Prospect,Portal,Ivy Sample,10/30/2026,Buyer,perry@example.com,(737) 555-0183,0-3 Months,Prefers texts
Quinn,Notional,Attempted Contact,Portal,Somebody Who Left,10/30/2026,,quinn@example.com,(737) 555-0184,,
Quinn,Notional,Lead,Portal,,10/31/2026,,,(737) 555-0184,,
Rory,Imagined,Under Contract,Portal,,10/31/2026,Handed off,rory@example.com,737-555-0185,,Closing in spring
Short,Number,Lead,Portal,,11/01/2026,,,555-01,,
"""


def bring(*, by: Membership, at: datetime) -> None:
    """Let the team lead bring three files."""
    conducting.start(of=_tried(by, "follow-up-boss-2024.csv", _OLD, at=at - timedelta(days=2)), at=at)
    drains.drain(ImportStep, at=at)
    _tried(by, "portal-leads-october.csv", _PORTAL, at=at - timedelta(minutes=30))
    _taken_in(by, "open-house.csv", _VISITORS, at)


def _taken_in(by: Membership, name: str, text: str, at: datetime) -> LeadImport:
    return conducting.take_in(by=by, file_name=name, pieces=[text.encode()], at=at)


def _tried(by: Membership, name: str, text: str, *, at: datetime) -> LeadImport:
    of = _taken_in(by, name, text, at)
    conducting.set_columns(
        of=of,
        columns=guess(of.headers),
        on_duplicate=OnDuplicate.SKIP,
        on_unknown=OnUnknown.LEAVE,
        isa=None,
        tag="",
        at=at,
    )
    drains.drain(ImportStep, at=at)
    return of
