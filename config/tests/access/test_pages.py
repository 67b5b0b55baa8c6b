"""Each page, each method, by everybody, for what is their own, a team-mate's, another team's and nobody's."""

from __future__ import annotations

import re
from collections import defaultdict
from collections.abc import Iterator, Mapping
from dataclasses import replace
from itertools import product
from urllib.parse import urlencode

import pytest
from django.urls import reverse

from config.tests.access.pages import CHAPTERS, PAGES
from config.tests.access.people import Person, World, rows_written, undone
from config.tests.access.rows import ANYBODY, LINK, MEMBERSHIP, NOBODY, SIGNED_IN, SIGNER, Page
from config.tests.access.things import APART, REACH, THINGS, Whose

REACHED, ASKED_TO_SIGN_IN, FORBIDDEN, NOT_FOUND = "reached", "asked to sign in", "forbidden", "not found"

#: What everybody is told, whoever they are.
ALIKE = {ANYBODY: REACHED, NOBODY: NOT_FOUND, SIGNER: FORBIDDEN}
#: What is the asker's business: any of these says that the page was reached.
ANSWERS = frozenset({200, 204, 301, 302, 303, 400, 401, 409, 422})
#: What differs from answer to answer: the token that forms are sent with, and the numbers that were asked for.
PASSING = re.compile(rb"[A-Za-z0-9]{64}|[0-9]+")

each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


def variants(page: Page, person: Person) -> Iterator[dict[str, Whose]]:
    """Whose each named part of the address is: all of one, and one's own with a part of somebody else's.

    Who is in no team is asked to sign in whatever is named; where nothing is named a stranger is one of their own team.
    """
    parts = named_by(page)
    if not parts:
        yield from () if person.is_stranger else [{}]
        return
    apart = [whose for whose in Whose if person.tells_apart(whose)]
    for whose in apart:
        yield dict.fromkeys(parts, whose)
    first, *inner = parts
    for whose in apart if inner else ():
        if whose != Whose.OWN:
            yield {first: Whose.OWN, **dict.fromkeys(inner, whose)}


def named_by(page: Page) -> list[str]:
    """The parts of the address that name a thing of somebody's; the others stand there as they are."""
    return [part for part, named in page.names.items() if named in THINGS]


def expected(page: Page, person: Person, whose: Mapping[str, Whose]) -> str:
    """What the map says."""
    if page.who == LINK:
        return NOT_FOUND if Whose.MISSING in whose.values() else REACHED
    if isinstance(page.who, str) and page.who in ALIKE:
        return ALIKE[page.who]
    if person.member is None:
        return ASKED_TO_SIGN_IN
    if page.who == SIGNED_IN:
        return REACHED
    if person.role is None or person.role not in page.who:
        return FORBIDDEN
    is_whole = len({each for part, each in whose.items() if page.names[part] not in APART}) <= 1
    within = all(person.whose(each) in REACH[page.names[part]][person.role] for part, each in whose.items())
    return REACHED if is_whole and within else NOT_FOUND


def ask(world: World, page: Page, person: Person, whose: Mapping[str, Whose], **keys: str):
    """Send the request, and take back what it did."""
    person.client.cookies.pop("messages", None)  # a word of thanks from the request before
    member = person.member.pk if person.member else ""
    said = {name: member if value == MEMBERSHIP else value for name, value in page.body.items()}
    body = "" if page.method == "GET" else urlencode({**said, **keys})
    form = "application/x-www-form-urlencoded"
    return person.client.generic(page.method, address(world, page, whose), body, content_type=form)


def address(world: World, page: Page, whose: Mapping[str, Whose]) -> str:
    """Return the page's address for somebody's things."""
    parts = {**page.names, **{part: world.name(page.names[part], whose[part]) for part in named_by(page)}}
    return reverse(page.route, kwargs=parts) + (f"?{page.query}" if page.query else "")


def outcome(page: Page, person: Person, answer) -> str:
    if answer.status_code == 302 and answer.headers["Location"].startswith("/accounts/login/"):
        is_on_the_way_in = page.who == ANYBODY or (page.who == SIGNED_IN and person.member)
        return REACHED if is_on_the_way_in else ASKED_TO_SIGN_IN
    if page.who == LINK and person.member and answer.status_code == 403:
        return REACHED  # it is another's link, and says so
    if page.who == LINK and answer.status_code == 410:
        return NOT_FOUND  # over, or never there
    if answer.status_code in ANSWERS:
        return REACHED
    return {403: FORBIDDEN, 404: NOT_FOUND}.get(answer.status_code, f"status {answer.status_code}")


@each_chapter
def test_everybody_gets_as_far_as_the_map_says(chapter, world):
    """Looking changes no row besides, and what is foreign looks like what does not exist: in one walk, of thousands."""
    wrong = []
    for page, person in product(CHAPTERS[chapter], world.everybody):
        looks = {}
        for whose in variants(page, person):
            where = f"{page} by {person.title}, {', '.join(whose.values())}"
            answer, written = answered(world, page, person, whose)
            if page.method == "GET" and written:
                wrong.append(f"{where}: looking wrote rows")
            if (said := outcome(page, person, answer)) != (meant := expected(page, person, whose)):
                wrong.append(f"{where}: {said}, not {meant}")
            looks[frozenset(whose.values())] = shown(answer, written)
        foreign, missing = (looks.get(frozenset({each})) for each in (Whose.FOREIGN, Whose.MISSING))
        if page.who != LINK and person.role and not person.is_stranger and foreign != missing:
            wrong.append(f"{page} by {person.title}: what is foreign looks different from what does not exist")
    assert not wrong, "\n".join(wrong)


@pytest.mark.parametrize("page", [each for each in PAGES if each.keys], ids=str)
def test_a_body_names_nothing_of_another_team(page, world):
    own = dict.fromkeys(named_by(page), Whose.OWN)
    allowed = [each for each in world.everybody if expected(page, each, own) == REACHED]
    assert allowed
    for person, (key, named) in product(allowed, page.keys.items()):
        ours, foreign, missing = (
            seen(world, page, person, own, **{key: world.name(named, each)})
            for each in (Whose.OWN, Whose.FOREIGN, Whose.MISSING)
        )
        assert foreign == missing, f"{key} by {person.title}"
        assert ours != foreign, f"{key} counts for nothing"


@pytest.mark.parametrize("chapter", ["leads", "handoff", "notifications", "teams", "settings"])
def test_no_other_method_is_answered(chapter, world):
    methods = defaultdict(set)
    for page in CHAPTERS[chapter]:
        methods[page.route].add(page.method)
    for page in {page.route: page for page in CHAPTERS[chapter]}.values():
        own = dict.fromkeys(named_by(page), Whose.OWN)
        able = (each for each in world.everybody if expected(page, each, own) == REACHED)
        person = next(able, world.person("nobody"))
        for method in {"GET", "POST", "PUT", "PATCH", "DELETE"} - methods[page.route]:
            with undone():
                answer = ask(world, replace(page, method=method), person, own)
            assert answer.status_code == 405, f"{method} {page.route}"


def seen(world: World, page: Page, person: Person, whose: Mapping[str, Whose], **keys: str) -> tuple[int, int, bytes]:
    """What the asker sees and what is written, but for what they sent themselves."""
    return shown(*answered(world, page, person, whose, **keys))


def answered(world: World, page: Page, person: Person, whose: Mapping[str, Whose], **keys: str):
    """Ask, and return the answer and how many rows it wrote; they are undone."""
    address(world, page, whose)  # what it names is made before rows are counted
    with undone():
        before = rows_written()
        answer = ask(world, page, person, whose, **keys)
        return answer, rows_written() - before


def shown(answer, written: int) -> tuple[int, int, bytes]:
    return answer.status_code, written, PASSING.sub(b"#", answer.getvalue())
