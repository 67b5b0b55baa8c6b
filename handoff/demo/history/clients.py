"""The clients of an invented history: who they are, where they come from, and what they said on the phone."""

from __future__ import annotations

import json
from dataclasses import dataclass
from datetime import datetime, timedelta
from functools import cache
from random import Random
from typing import Any, Final

from handoff.decision import ABLE_TO_PAY
from handoff.demo.callers import FIRST_NAMES, MOTIVES
from handoff.demo.history.chances import SOURCES, Source
from handoff.demo.history.people import Cast, Isa
from handoff.facts import freeze_known
from handoff.known import Known
from handoff.states import Method
from leads.models import Lead, Lpmama
from leads.models.lpmama import Mortgage, Side, Timeframe
from teams.models import Area, Membership

#: Halves of invented last names.
_FRONTS: Final = (
    "Alder", "Bram", "Calder", "Dun", "Ever", "Fair", "Gold", "Hazel", "Iron", "Jas", "Kestrel", "Lark", "Mock",
    "Nettle", "Oak", "Pretend", "Quill", "Raven", "Sample", "Thistle", "Umber", "Vale", "Willow", "Yarrow",
)  # fmt: skip
_BACKS: Final = (
    "bury", "by", "cliff", "combe", "dale", "den", "field", "ford", "gate", "ham", "hurst", "ley", "man", "mere",
    "mont", "ridge", "son", "stead", "thorpe", "ton", "wick", "wood", "worth",
)  # fmt: skip
LAST_NAMES: Final = tuple(front + back for front in _FRONTS for back in _BACKS)
#: Area codes as they may be; with 555-0100 to 555-0199 of each, numbers that are nobody's.
AREA_CODES: Final = tuple(code for code in range(201, 990) if code % 100 != 11 and code // 10 % 10 != 9)

#: The price a client names, beside the area's median: most above it, and those of the ISA who books too low.
_USUAL: Final = ((0.85, 8), (1.0, 20), (1.1, 30), (1.25, 26), (1.5, 16))
_LOW: Final = ((0.65, 24), (0.75, 26), (0.85, 20), (1.0, 16), (1.1, 14))
_MORTGAGES: Final = (
    (Mortgage.PRE_APPROVED, 52),
    (Mortgage.APPLIED, 22),
    (Mortgage.NOT_YET, 16),
    (Mortgage.CASH, 10),
)
#: Bedrooms and what else they need, of those who were asked for all of it.
_NEEDS: Final = ((2, "No stairs"), (3, "A yard for the dog"), (4, "A room to work in"))
_UNASKED: Final = (0, "")
SELLS: Final = 0.15


@dataclass(frozen=True, slots=True)
class Said:
    """What was said, as it is asked of everybody; ``facts`` is its part of a handoff's frozen facts, as JSON."""

    answers: Lpmama
    area: Area
    facts: str
    ratio: float
    is_complete: bool

    @property
    def is_below(self) -> bool:
        """Whether the price is below the area's median."""
        return self.ratio < 1

    @property
    def is_hot(self) -> bool:
        """Whether nothing stands between them and an agent."""
        is_able = self.answers.side == Side.SELL or self.answers.mortgage in ABLE_TO_PAY
        return is_able and self.answers.timeframe == Timeframe.NOW

    @property
    def price(self) -> int:
        """The most they pay, or what they hope to get."""
        return self.answers.price_max or self.answers.price_expected or 0


@dataclass(slots=True)
class Client:
    """One of them. They were first called some time after they came, and said all they said at ``talked_at``."""

    first: str
    last: str
    phone: str
    email: str
    source: Source
    isa: Isa
    said: Said
    note: str
    created_at: datetime
    talked_at: datetime

    @property
    def name(self) -> str:
        """First and last name."""
        return f"{self.first} {self.last}"


def client(number: int, *, cast: Cast, at: datetime, chance: Random) -> Client:
    """Return the client with this number, who came at that moment."""
    first, last = chance.choice(FIRST_NAMES), chance.choice(LAST_NAMES)
    isa = chance.choice(cast.isas)
    waited = timedelta(seconds=round(chance.lognormvariate(6.2, 1.1)))  # eight minutes in the middle
    return Client(
        first=first,
        last=last,
        phone=f"+1{chance.choice(AREA_CODES)}55501{chance.randrange(100):02}",
        email=f"{first}.{last}.{number}@example.com".lower(),
        source=chance.choices(SOURCES, [each.share for each in SOURCES])[0],
        isa=isa,
        said=_said(isa, cast, chance),
        note="Prefers texts after five." if chance.random() < 0.1 else "",
        created_at=at,
        talked_at=at + waited,
    )


def _said(isa: Isa, cast: Cast, chance: Random) -> Said:
    area = chance.choice(list(cast.areas.values()))
    ratio = _one_of(_LOW if isa.low else _USUAL, chance)
    mortgage = Mortgage.NOT_APPLICABLE if chance.random() < SELLS else _one_of(_MORTGAGES, chance)
    motive, when = chance.choice(MOTIVES)
    if chance.random() < 0.3:
        when = Timeframe.NOW.value
    needs = chance.choice(_NEEDS) if chance.random() < isa.complete else _UNASKED
    return said(cast.lead, area, (ratio, str(mortgage), motive, str(when)), needs)


def _one_of(weighed: tuple[tuple[Any, int], ...], chance: Random) -> Any:
    return chance.choices([each for each, _ in weighed], [weight for _, weight in weighed])[0]


@cache
def said(lead: Membership, area: Area, wanted: tuple[float, str, str, str], needs: tuple[int, str]) -> Said:
    """Return these answers, in the words that any handoff's brief would find for them."""
    ratio, mortgage, motive, when = wanted
    price = round((area.median_price or 0) * ratio / 1000) * 1000
    is_seller = mortgage == Mortgage.NOT_APPLICABLE
    answers = Lpmama(
        side=Side.SELL if is_seller else Side.BUY,
        price_min=None if is_seller else round(price * 0.85 / 1000) * 1000,
        price_max=None if is_seller else price,
        price_expected=price if is_seller else None,
        motivation=motive,
        timeframe=when,
        other_agent="none",
        mortgage=mortgage,
        location_second=5,
        price_second=17,
        motivation_second=22,
        agent_second=32,
        mortgage_second=38,
    )
    if needs != _UNASKED:
        (answers.bedrooms, answers.needs), answers.household = needs, "Both decide together"
        answers.location_text = "close to the school"
        if mortgage == Mortgage.PRE_APPROVED:
            answers.mortgage_lender, answers.mortgage_amount = "Sample Credit Union", price
    return Said(answers, area, _facts(lead, answers, area), ratio, is_complete=needs != _UNASKED)


def _facts(lead: Membership, answers: Lpmama, area: Area) -> str:
    """Freeze the answers as any handoff's are; who said them is added for each."""
    known = Known(
        lead=Lead(team=lead.team),
        lpmama=answers,
        areas=(area,),
        verification=None,
        phone="",
        email="",
        notes=(),
        recordings=(),
        homes=(),
    )
    frozen = freeze_known(known, agent=None, setter=lead, appointment=None, method=Method.SCHEDULED, at=lead.created_at)
    return json.dumps({name: frozen[name] for name in ("answers", "gist", "needs", "cautions")})[1:-1]
