"""The tiles of the dashboard: what stands on one of them adds up."""

from __future__ import annotations

import re
from datetime import timedelta

import pytest
import time_machine
from django.utils.html import strip_tags

from handoff.numbers.asking import Question
from handoff.numbers.dashboard import Dashboard
from handoff.numbers.figures import Figures, Numbers
from handoff.numbers.pace import Pace
from handoff.outcomes import record_outcome
from handoff.tests.counting import DAY, ENDINGS, Place
from handoff.tests.factories import open_direct, open_handoff, ready
from handoff.tests.pages import signed_in
from handoff.tests.test_moved import AFTER, moved
from handoff.views.number_tiles import main_tiles
from leads.states import Via
from teams.tests import factories as people

pytestmark = pytest.mark.django_db

NUMBERS = "/numbers/"


@pytest.fixture
def place():
    """A team of whose handoffs each ending occurs, some moved to another time and some without one; a day later."""
    place = Place()
    for n, ending in enumerate([*ENDINGS, *ENDINGS, *ENDINGS]):
        place.put(ending, isa=n % 2, agent=n // 2 % 2, lasts=timedelta(hours=3 + 9 * n))
    place.put("missed", opened_at=AFTER - DAY)
    for n in range(4):
        handoff = open_handoff(ready(place.team), to=people.agent(place.team))
        moved(handoff, **({"to": None} if n == 0 else {}))
    with time_machine.travel(AFTER, tick=False):
        yield place


def tile(page: str, label: str) -> tuple[int, str]:
    """The figure of a tile, and what is said of it."""
    found = re.search(
        rf'>{label}</span><span class="tile-figure">([\d,]+)</span>.*?<span class="tile-note">(.*?)</span></div>', page
    )
    assert found
    return int(found.group(1).replace(",", "")), strip_tags(found.group(2))


@pytest.mark.parametrize("by", ["set", "held"])
def test_what_was_set_is_held_or_what_the_tile_says_became_of_it(place, by):
    page = signed_in(place.boss).get(NUMBERS, {"by": by, "weeks": "13"}).text

    booked, _ = tile(page, "Set")
    held, note = tile(page, "Held")
    rest = {words: int(number) for number, words in (each.split(" ", 1) for each in note.split(", "))}

    assert rest["no-shows"] == 4
    assert rest["to be booked again"] == 1
    assert set(rest) == {"no-shows", "to come", "awaiting outcome", "to be booked again", "called off"}
    assert booked == held + sum(rest.values())


def test_who_did_not_come_without_an_appointment_is_told_from_no_shows(place):
    client = signed_in(place.boss)
    assert tile(client.get(NUMBERS).text, "No-shows recovered")[1] == "of 4 who did not come"

    direct = open_direct(ready(place.team))
    record_outcome(handoff=direct, showed="no", actor=direct.agent, via=Via.PAGE, at=AFTER)

    page = client.get(NUMBERS).text
    assert tile(page, "No-shows recovered")[1] == "of 5 who did not come, live and direct ones too"
    assert "4 no-shows" in tile(page, "Held")[1]


def test_thousands_have_a_comma_in_words_too():
    total = Figures(set=4_000, held=1_363, no_show=1_249, to_come=1_388, live=2_308)
    numbers = Numbers(total, (), (), (), (), (), ())
    question = Question(1, AFTER.date() - DAY, AFTER.date())
    shown = Dashboard(question, numbers, Pace({}), Pace({}), (), None)

    tiles = {
        each.label: ", ".join(part.words for part in each.note) for each in main_tiles(shown, link=lambda *_, **__: "")
    }

    assert tiles["Set"] == "2,308 live transfers besides"
    assert tiles["Held"] == "1,249 no-shows, 1,388 to come"
