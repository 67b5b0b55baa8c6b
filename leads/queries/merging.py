"""Two leads side by side."""

from __future__ import annotations

from collections.abc import Callable, Sequence
from dataclasses import dataclass

from leads.contacts import primary_email, primary_phone
from leads.merging import ANSWERED
from leads.models import Lead, Lpmama
from leads.models.lpmama import Letter
from teams.templatetags.look import money_short, phone_words


@dataclass(frozen=True, slots=True)
class Side:
    """One thing that both leads may have: what each says, and whether the other one's is offered first."""

    name: str
    label: str
    mine: str
    theirs: str

    @property
    def is_theirs(self) -> bool:
        """Only the other one says anything."""
        return bool(self.theirs) and not self.mine


def sides_of(survivor: Lead, other: Lead) -> Sequence[Side]:
    """What differs and can be chosen; what is the same, or nobody said, is not asked about."""
    both = [Side(name, label, say(survivor), say(other)) for name, (label, say) in _TOLD.items()]
    both += [
        Side(name, _label(name), _answers(survivor.lpmama, fields), _answers(other.lpmama, fields))
        for name, fields in ANSWERED.items()
    ]
    return [side for side in both if side.theirs and side.mine != side.theirs]


def _person(name: str) -> Callable[[Lead], str]:
    def say(lead: Lead) -> str:
        member = getattr(lead, name)
        return str(member.user) if member else ""

    return say


_TOLD: dict[str, tuple[str, Callable[[Lead], str]]] = {
    "name": ("Name", lambda lead: lead.name),
    "phone": ("Number to call", lambda lead: phone_words(primary_phone(lead)) if primary_phone(lead) else ""),
    "email": ("Address to write to", primary_email),
    "owner": ("Owner", _person("owner")),
    "isa": ("ISA", _person("isa")),
    "source": ("Source", lambda lead: lead.source),
    "state": ("State of the property", lambda lead: lead.state),
    "zone": ("Time zone", lambda lead: lead.zone),
    "language": ("Language", lambda lead: lead.language),
}


def _label(name: str) -> str:
    return Letter(name).label if name in Letter.values else "Needs and household"


_MONEY = {"price_min", "price_max", "price_expected", "mortgage_amount"}


def _answers(answers: Lpmama, names: Sequence[str]) -> str:
    """What was answered, as a line."""
    words = []
    for name in names:
        if name.endswith("_second"):
            continue
        if name == "areas":
            words += [area.name for area in answers.areas.all()]
        elif name in dict.fromkeys(("side", "timeframe", "other_agent", "mortgage")):
            words.append(str(getattr(answers, f"get_{name}_display")()))
        elif name == "motivation_declined":
            words += ["would not say why"] if answers.motivation_declined else []
        elif value := getattr(answers, name):
            words.append(money_short(value) if name in _MONEY else _counted(name, value))
    return ", ".join(word for word in words if word)


def _counted(name: str, value: object) -> str:
    return f"{value} bedrooms" if name == "bedrooms" else str(value)
