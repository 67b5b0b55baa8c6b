"""What an over-promise looks like: data, each with the reason why it must not be said.

Written to be precise: a note that says what a client asked, hopes or heard is no promise, and neither is a word that a
thing is *not* certain. ``finding`` applies the guards at the end of this module to what these match.
"""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from django.db import models


class PromiseKind(models.TextChoices):
    """What is promised; each can be switched off by a team."""

    RATE = "rate", "Interest rates"
    CREDIT = "credit", "Closing costs, credits, money down"
    PRICE = "price", "Prices, sales, appreciation"
    APPROVAL = "approval", "Approvals"
    OWN = "own", "The team's own words"


#: Why each must not be said, as the ISA reads it.
WHY: Final[dict[PromiseKind, str]] = {
    PromiseKind.RATE: "Only a lender can quote a rate, and only for that client on that day.",
    PromiseKind.CREDIT: "Credits, closing costs and the money down are agreed in a contract, not on the first call.",
    PromiseKind.PRICE: "Nobody knows what a home will sell for, or what it will be worth.",
    PromiseKind.APPROVAL: "A lender decides on approvals, after looking at the papers.",
    PromiseKind.OWN: "Your team has asked for these words not to be used.",
}
#: What each is about, for the settings.
ABOUT: Final[dict[PromiseKind, str]] = {
    PromiseKind.RATE: "“We will get you 3.5 %”, “the lowest rate, guaranteed”, “rates will drop in spring”",
    PromiseKind.CREDIT: "“We will cover your closing costs”, “zero down, guaranteed”, “$5,000 back at closing”",
    PromiseKind.PRICE: "“It will sell within a week”, “a guaranteed offer”, “values will go up”, “the house is yours”",
    PromiseKind.APPROVAL: "“You will be approved”, “guaranteed approval”, “no credit check”",
}


@dataclass(frozen=True, slots=True)
class Pattern:
    """One way of saying it. ``has_own_no``: its own words hold a “no”, so that only one before them takes it back."""

    kind: PromiseKind
    regex: re.Pattern[str]
    has_own_no: bool = False


# Pieces. A gap never leaves the sentence, and is short: so each search takes linear time.
_GAP = r"[^.!?;\n]{0,40}?"
_GUARANTEE = r"(?:guarante\w{1,4}|promis(?:e|es|ed))"
_SURE = (
    rf"(?:{_GUARANTEE}|for sure|for certain|definitely|certainly|no doubt|without (?:a |any )?doubt|no question|100 ?%|"
    r"hundred percent|no matter what)"
)
_SURELY = r"(?:(?:definitely|certainly|surely|absolutely|easily|always|just|also|even|then|all) ){0,2}"
_WE = r"(?:we|i|(?:our|my) (?:lender|team|agent|broker|seller|sellers|bank|builder)|the (?:agent|broker|builder))"
#: The client: spoken to, or told so, as notes tell it.
_YOU = r"(?:you|(?:told|assured|promised) (?:her|him|them|the (?:client|buyer|seller)s?) (?:that )?(?:she|he|they))"
_WILL = r"(?:'ll| will| can| (?:am|are|is) going to|'(?:re|m|s) going to)"
_WILL_BE = r"(?:'ll| will| (?:are|is) going to|'(?:re|s) going to)"
_YOUR = r"(?:your|their|her|his|the)"
_HOME = r"(?:house|home|place|condo|property|townhouse|listing)"
_PERCENT = r"\d{1,2}(?:[.,]\d{1,3})? ?(?:%|percent\b)"
_RATE = r"(?:(?:interest |mortgage )?rates?\b|apr\b)"
_MONEY = r"(?:\$ ?\d[\d,.]*k?|\d[\d,.]*k?(?: dollars| bucks)|\d{1,3},\d{3}|\d+k|cash|money|credit|rebate)"
_COSTS = r"(?:closing (?:costs?|fees?)|down ?payment)"
_ZERO_DOWN = r"(?:(?:zero|nothing|0|0 ?%|no money) down)"
_SOON = r"(?:in|within|for|by|at|over|above|before|fast|right away)"


def _p(kind: PromiseKind, text: str, *, has_own_no: bool = False) -> Pattern:
    return Pattern(kind, re.compile(text, re.IGNORECASE), has_own_no)


_RATES: Final = (
    _p(PromiseKind.RATE, rf"\b{_SURE}(?!\w){_GAP}(?:{_PERCENT}|\b(?:low\w* |best |a |the |your |this |that ){_RATE})"),
    _p(PromiseKind.RATE, rf"\b{_GUARANTEE} {_RATE}"),
    _p(PromiseKind.RATE, rf"(?:{_PERCENT}|\b{_RATE}){_GAP}\b{_SURE}(?!\w)"),
    _p(
        PromiseKind.RATE,
        rf"\b{_WE}{_WILL} {_SURELY}(?:get|lock|give|find|offer|secure|do|beat)\b{_GAP}(?:{_PERCENT}|\b{_RATE})",
    ),
    _p(
        PromiseKind.RATE,
        rf"\b{_YOU}{_WILL} {_SURELY}(?:get|have|pay|lock)\b{_GAP}"
        rf"(?:{_PERCENT}(?! down)|\b(?:low|lower|lowest|best|great|better) {_RATE})",
    ),
    _p(PromiseKind.RATE, rf"\byour {_RATE}{_WILL_BE} {_SURELY}be\b"),
    _p(PromiseKind.RATE, rf"\b{_RATE}{_WILL_BE} {_SURELY}(?:drop|fall|go down|come down|go up|rise)\b"),
)
_CREDITS: Final = (
    _p(
        PromiseKind.CREDIT,
        rf"\b{_WE}{_WILL} {_SURELY}(?:cover|pay|take care of|handle|credit|waive|absorb)\b{_GAP}\b{_COSTS}",
    ),
    _p(
        PromiseKind.CREDIT,
        rf"\bthe (?:seller|sellers|builder|bank|lender){_WILL_BE} {_SURELY}(?:cover|pay)\b{_GAP}\byour {_COSTS}",
    ),
    _p(
        PromiseKind.CREDIT,
        rf"\b{_COSTS}{_GAP}\b(?:on us|on the house|for free|will (?:all )?be (?:covered|paid|free|waived))\b",
    ),
    _p(PromiseKind.CREDIT, r"\bfree closing (?:costs?|fees?)\b"),
    _p(PromiseKind.CREDIT, rf"\b{_YOU}{_WILL}(?: have| pay)? (?:no|zero) closing costs?\b", has_own_no=True),
    _p(PromiseKind.CREDIT, rf"\b(?:no|zero) {_COSTS}{_GAP}\b{_SURE}(?!\w)", has_own_no=True),
    _p(
        PromiseKind.CREDIT,
        rf"\b{_SURE}(?!\w){_GAP}(?:\b{_ZERO_DOWN}\b|\$?[\d,]* ?\b(?:credit|rebate) (?:at|toward)|\b{_COSTS})",
        has_own_no=True,
    ),
    _p(
        PromiseKind.CREDIT,
        rf"(?:\b{_ZERO_DOWN}|\b(?:credit|rebate) (?:at|towards?) closing){_GAP}\b{_SURE}(?!\w)",
        has_own_no=True,
    ),
    _p(
        PromiseKind.CREDIT,
        rf"\b{_WE}{_WILL} {_SURELY}(?:give|get|pay|send|credit)\b{_GAP}{_MONEY}{_GAP}"
        r"\b(?:at|towards?|after|for) (?:the )?closing\b",
    ),
    _p(
        PromiseKind.CREDIT,
        rf"\b{_YOU}{_WILL} {_SURELY}(?:get|receive|have)\b{_GAP}{_MONEY}{_GAP}\b(?:back|at closing)\b",
    ),
    _p(
        PromiseKind.CREDIT,
        rf"\b{_YOU}{_WILL} {_SURELY}(?:buy|get in|move in|close)\b{_GAP}\b{_ZERO_DOWN}\b",
        has_own_no=True,
    ),
)
_PRICES: Final = (
    _p(
        PromiseKind.PRICE,
        rf"\b{_GUARANTEE}\b{_GAP}\b(?:sale|sell|sells|full price|asking|offer|offers|appreciat\w+|profits?|returns?|"
        r"equity|appraisal)\b",
    ),
    _p(
        PromiseKind.PRICE,
        rf"\b(?:sale|full price|asking price|appreciation|profit|return|offer) (?:is |are )?{_GUARANTEE}\b",
    ),
    _p(PromiseKind.PRICE, rf"\b{_WE}{_WILL} {_SURELY}sell (?:{_YOUR} {_HOME}|it)\b{_GAP}\b{_SOON}\b"),
    _p(
        PromiseKind.PRICE,
        rf"\b(?:{_YOUR} {_HOME}|it){_WILL_BE} {_SURELY}(?:sell|appraise)\b{_GAP}\b{_SOON}\b",
    ),
    _p(
        PromiseKind.PRICE,
        rf"\b(?:values?|prices?|{_YOUR} {_HOME}|it){_WILL_BE} {_SURELY}"
        r"(?:go up|rise|double|appreciate|increase in value|gain value|be worth)\b",
    ),
    _p(
        PromiseKind.PRICE,
        rf"\b{_YOU}{_WILL} {_SURELY}(?:get|sell for|net)\b{_GAP}\b(?:full price|(?:over |above )?asking|top dollar)\b",
    ),
    _p(
        PromiseKind.PRICE,
        rf"\b{_WE}{_WILL} {_SURELY}(?:get|net) (?:you|them|her|him)\b{_GAP}"
        r"\b(?:full price|(?:over |above )?asking|top dollar)\b",
    ),
    _p(PromiseKind.PRICE, r"\byou (?:can'?t|cannot|won'?t|will not|will never) lose\b", has_own_no=True),
    _p(
        PromiseKind.PRICE,
        rf"\b(?:the )?(?:sellers?|owners?|they){_WILL_BE} {_SURELY}(?:accept|take|agree to) your\b{_GAP}"
        r"\b(?:offer|price)\b",
    ),
    _p(PromiseKind.PRICE, r"\bthe (?:house|home|place|condo) is (?:as good as )?yours\b"),
    _p(PromiseKind.PRICE, rf"\b{_YOU}{_WILL_BE} {_SURELY}get (?:the|this|that) (?:house|home|place|condo)\b"),
    _p(PromiseKind.PRICE, rf"\b{_WE}{_WILL_BE} buy (?:{_YOUR} {_HOME}|it)\b"),
)
_APPROVALS: Final = (
    _p(PromiseKind.APPROVAL, rf"\b{_GUARANTEE}\b{_GAP}\b(?:pre-?)?(?:approvals?|approved|approve|qualify)\b"),
    _p(PromiseKind.APPROVAL, rf"\bapproval{_GAP}\b{_SURE}(?!\w)"),
    _p(
        PromiseKind.APPROVAL,
        rf"(?:\bwill|'ll|\bgoing to) {_SURELY}(?:(?:be|get) (?:pre-?)?approved|qualify)\b{_GAP}\b{_SURE}(?!\w)",
    ),
    _p(
        PromiseKind.APPROVAL,
        r"(?:\bwill|'ll|\bgoing to) (?:definitely|certainly|surely|absolutely) (?:be (?:pre-?)?approved|qualify)\b",
    ),
    _p(PromiseKind.APPROVAL, rf"\b{_YOU}{_WILL_BE} {_SURELY}(?:be|get) {_SURELY}(?:pre-?)?approved\b"),
    _p(
        PromiseKind.APPROVAL,
        rf"\b{_WE}{_WILL} {_SURELY}get (?:you|them|her|him) {_SURELY}(?:pre-?)?(?:approved|qualified)\b",
    ),
    _p(PromiseKind.APPROVAL, rf"\b{_YOU}{_WILL_BE} {_SURELY}qualify\b"),
    _p(
        PromiseKind.APPROVAL,
        r"\b(?:anyone|anybody|everyone|everybody) (?:(?:gets|will be|will get|can get) (?:pre-?)?approved|qualifies)\b",
    ),
    _p(
        PromiseKind.APPROVAL,
        r"\b(?:no credit check|credit (?:score )?(?:doesn'?t|does not) matter|bad credit is (?:no|not a) problem)",
        has_own_no=True,
    ),
)
PATTERNS: Final[tuple[Pattern, ...]] = (*_RATES, *_CREDITS, *_PRICES, *_APPROVALS)

#: Looked away from before anything else: a lender's name.
NAMES: Final = re.compile(r"\bGuaranteed Rate\b")
#: Sure words that hold a “no”: looked away from before the guards below.
DOUBTLESS: Final = re.compile(
    r"\b(?:no doubt|without (?:a |any )?doubt|no question|no matter what|no problem)\b", re.IGNORECASE
)
#: It is said that it is not so.
DENIED: Final = re.compile(
    r"\b(?:not|never|no|none|nobody|nothing|cannot|can'?t|won'?t|don'?t|didn'?t|doesn'?t|isn'?t|"
    r"aren'?t|wasn'?t|shouldn'?t|wouldn'?t|without|neither|nor|avoid\w*|refus\w+|declin\w+|instead of)\b",
    re.IGNORECASE,
)
#: Somebody asks, hopes, fears, was told or thinks so; or it may be so.
HEDGED: Final = re.compile(
    r"\b(?:might|may|could|maybe|perhaps|hopefully|possibl\w+|probabl\w+|depend\w*|subject to|whether|if|unless|until|"
    r"till|once|when|ask\w*|wonder\w*|hop(?:e|es|ed|ing)|wish\w*|want\w*|needs?|needed|likes? to|expect\w*|think\w*|"
    r"thought|believ\w+|feels?|felt|hear[ds]?|claim\w*|curious|worr\w+|afraid|concern\w*|looking for|prefers?|would|"
    r"told (?:me|us)|according to|wait\w*|try|tries|trying|aim\w*|estimat\w+|rumou?r\w*|says|"
    r"(?:was|were|been|got|being) promised|promised (?:by|me|us)|"
    r"(?:she|he|they|clients?|lenders?|sellers?|builders?|bank) (?:has |have |had )?(?:promised|guaranteed)|"
    r"(?<!\bi )(?<!\bwe )said)\b",
    re.IGNORECASE,
)
