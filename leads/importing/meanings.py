"""What the file's own words are in Baton: its stages, and the people it names."""

from __future__ import annotations

import re
from collections.abc import Iterable, Mapping

from leads.models import LeadImport
from leads.models.lpmama import Timeframe
from leads.naming import folded
from leads.states import Stage
from teams.models import Membership, Team

#: Where an imported lead may stand. All later stages lie behind the gate, and no file opens the gate.
SAFE_STAGES = (Stage.NEW, Stage.CONTACTING, Stage.NURTURE, Stage.QUALIFIED, Stage.LOST)
MOST_WORDS = 100  # different stages, or people, that are asked about
WORD_LENGTH = 80

_STAGES = {
    Stage.NEW: "new|lead|new lead|open|uncontacted|prospect|raw|register|registered|active lead",
    Stage.CONTACTING: "contacting|attempted contact|attempting|attempted|contacted|spoke with customer|working"
    "|in progress|connected|engaged|responded",
    Stage.NURTURE: "nurture|watch|warm|cold|sphere|past client|long term|follow up|nurturing|closed|closed won|sold"
    "|archived",
    Stage.QUALIFIED: "qualified|hot|hot prospect|active client|active|client|ready|appointment set|appointment|met"
    "|met with customer|showing homes|submitting offers|under contract|pending|signed|listing agreement|buyer agreement"
    "|handed off|no show|listing|active buyer|active seller",
    Stage.LOST: "lost|trash|dead|unresponsive|junk|bad number|not interested|unqualified|closed lost|rejected|spam"
    "|do not contact",
}
_STAGE_BY_WORD = {word: stage for stage, words in _STAGES.items() for word in words.split("|")}

_TIMEFRAMES = {
    Timeframe.NOW: "now|immediately|asap|0 1 months|under 1 month|less than 1 month",
    Timeframe.MONTHS_1_3: "0 3 months|1 3 months|1 3|0 3",
    Timeframe.MONTHS_3_6: "3 6 months|3 6",
    Timeframe.MONTHS_6_12: "6 12 months|6 12",
    Timeframe.MONTHS_12_PLUS: "12 months|12|over a year|more than a year",
    Timeframe.UNKNOWN: "no plans|unknown|not sure",
}
_TIMEFRAME_BY_WORD = {word: each for each, words in _TIMEFRAMES.items() for word in words.split("|")}

_STATES = (
    "AL Alabama|AK Alaska|AZ Arizona|AR Arkansas|CA California|CO Colorado|CT Connecticut|DE Delaware"
    "|DC District of Columbia|FL Florida|GA Georgia|HI Hawaii|ID Idaho|IL Illinois|IN Indiana|IA Iowa|KS Kansas"
    "|KY Kentucky|LA Louisiana|ME Maine|MD Maryland|MA Massachusetts|MI Michigan|MN Minnesota|MS Mississippi"
    "|MO Missouri|MT Montana|NE Nebraska|NV Nevada|NH New Hampshire|NJ New Jersey|NM New Mexico|NY New York"
    "|NC North Carolina|ND North Dakota|OH Ohio|OK Oklahoma|OR Oregon|PA Pennsylvania|RI Rhode Island"
    "|SC South Carolina|SD South Dakota|TN Tennessee|TX Texas|UT Utah|VT Vermont|VA Virginia|WA Washington"
    "|WV West Virginia|WI Wisconsin|WY Wyoming"
)
_STATE_BY_NAME = {folded(line[3:]): line[:2] for line in _STATES.split("|")}


def guess_stage(word: str, team: Team) -> Stage:
    """Where a lead stands that another system, or this team, calls this. What nobody knows is new."""
    own = {_plain(name): Stage(code).label for code, name in team.stage_names.items() if code in Stage.values}
    plain = _plain(own.get(_plain(word), word))
    return _STAGE_BY_WORD.get(plain, Stage.NEW)


def timeframe_of(word: str) -> str:
    """The timeframe that these words are, or nothing."""
    return _TIMEFRAME_BY_WORD.get(_plain(word), "")


def state_of(word: str) -> str:
    """The two letters of a state, whichever way it is written, or nothing."""
    code = word.upper()
    return code if code in _STATE_BY_NAME.values() else _STATE_BY_NAME.get(folded(word), "")


def _plain(word: str) -> str:
    return re.sub(r"[^a-z0-9]+", " ", word.casefold()).strip()


class People:
    """The active members of one team, found by address or by name. Numbers in a file name nobody."""

    def __init__(self, team: Team) -> None:
        members = Membership.objects.active().filter(team=team).select_related("user").order_by("pk")
        self.by_key = {str(member.pk): member for member in members}
        self._by_address = {member.user.email.casefold(): member for member in members}
        self._by_name: dict[str, Membership | None] = {}
        for member in members:
            name = folded(member.user.name)
            self._by_name[name] = None if name in self._by_name else member  # two of one name: nobody is meant

    def guess(self, word: str) -> Membership | None:
        """Who is named, if it is somebody of this team and only one."""
        return self._by_address.get(word.casefold()) or self._by_name.get(folded(word))


def count_words(found: dict[str, dict[str, int]], kind: str, word: str) -> None:
    """Count a stage or a person that the file names; beyond MOST_WORDS, different ones are not kept."""
    word = word[:WORD_LENGTH]
    words = found.setdefault(kind, {})
    if word and (word in words or len(words) < MOST_WORDS):
        words[word] = words.get(word, 0) + 1


class Meanings:
    """What each word means in this import: as a person said, or else as it is guessed."""

    def __init__(self, of: LeadImport) -> None:
        self.people, self._team = People(of.team), of.team
        self._said: Mapping[str, Mapping[str, str]] = of.meant

    def stage(self, word: str) -> Stage:
        """Where the lead is put. Never past the gate, whatever was said."""
        said = self._said.get("stage", {}).get(word[:WORD_LENGTH], "")
        return Stage(said) if said in SAFE_STAGES else guess_stage(word, self._team)

    def person(self, word: str) -> Membership | None:
        """Who is meant; somebody who has left the team, or is of another, never is."""
        said = self._said.get("person", {}).get(word[:WORD_LENGTH])
        return self.people.guess(word) if said is None else self.people.by_key.get(said)

    def is_set_aside(self, word: str) -> bool:
        """Whether somebody said that this word is nobody: then nobody is missing."""
        return self._said.get("person", {}).get(word[:WORD_LENGTH]) == ""


def choices_of(people: People) -> Iterable[tuple[str, str]]:
    """The members, to choose from."""
    return [(key, f"{member.user} ({member.get_role_display()})") for key, member in people.by_key.items()]
