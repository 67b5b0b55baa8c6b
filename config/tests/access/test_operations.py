"""Each operation of the API, by everybody's token and by none, for what is whose."""

from __future__ import annotations

import json
from collections.abc import Mapping
from itertools import product
from typing import Any
from urllib.parse import urlencode

import pytest

from config.tests.access.operations import OPERATIONS
from config.tests.access.people import Person, World, rows_written, undone
from config.tests.access.rows import Operation
from config.tests.access.things import REACH, Whose
from config.tests.api.caller import Caller
from teams.models import Scope

#: The asker's own business, done or refused.
DONE = {200, 201, 204, 409, 422}
NOT_FOUND = 404
#: A token notes when it was used, once a minute.
TOKEN_USED = 1

#: The rows by the first word of their path; a test asks a chapter at a time.
CHAPTERS = {
    first: [each for each in OPERATIONS if each.path.split("/")[1] == first]
    for first in dict.fromkeys(each.path.split("/")[1] for each in OPERATIONS)
}
each_chapter = pytest.mark.parametrize("chapter", CHAPTERS)


@pytest.fixture
def callers(world):
    """Everybody's token with every scope; nobody has none."""
    return {each.title: Caller(each.member) for each in world.everybody if each.member}


def ask(caller: Caller, world: World, operation: Operation, whose: Whose, *, mine: Whose = Whose.OWN, **changed: str):
    """Send the request about somebody's things; what the body names besides is ``mine``, or ``changed``."""
    names = {part: world.name(named, whose) for part, named in operation.names.items()}
    query = {part: world.name(named, whose) for part, named in operation.query.items()}
    path = operation.path.format(**names) + (f"?{urlencode(query)}" if query else "")
    return caller.call(operation.method, path, body_of(world, operation, mine if operation.names else whose, changed))


def body_of(world: World, operation: Operation, whose: Whose, changed: Mapping[str, str]) -> dict[str, Any] | None:
    if operation.body is None and not operation.keys:
        return None
    keys = {key: changed.get(key, world.name(named, whose)) for key, named in operation.keys.items()}
    numbers = {key: [int(value)] if key.endswith("s") else int(value) for key, value in keys.items()}
    return {**(operation.body or {}), **numbers}


def named_by(operation: Operation) -> list[str]:
    """What the operation is about: by address and query, or else by its body."""
    return [*operation.names.values(), *operation.query.values()] or list(operation.keys.values())


def expected(operation: Operation, person: Person, whose: Whose) -> set[int]:
    """The statuses that the map allows; who may not, and could not see it either, may be told either of the two."""
    if person.role is None:
        return {401}
    reach = {named: REACH[named][person.role] for named in named_by(operation)}
    is_in_sight = all(person.whose(whose) in within for within in reach.values())
    if person.role in operation.own and person.whose(whose) == Whose.MATES:
        return {403}
    if person.role not in operation.who:
        return {403} if is_in_sight else {403, 404}
    return DONE if is_in_sight else {404}


@each_chapter
def test_everybodys_token_gets_as_far_as_the_map_says(chapter, world, callers):
    """Reading changes no row besides, and what is foreign looks like what does not exist: in one walk."""
    wrong = []
    for operation, person in product(CHAPTERS[chapter], world.everybody):
        if not person.member:
            continue
        looks = {}
        for whose in filter(person.tells_apart, Whose):
            where = f"{operation} by {person.title}, {whose}"
            mine = Whose.FOREIGN if person.is_stranger else Whose.OWN
            with undone():
                before = rows_written()
                answer = ask(callers[person.title], world, operation, whose, mine=mine)
                written = rows_written() - before
            if answer.status_code not in (meant := expected(operation, person, whose)):
                wrong.append(f"{where}: {answer.status_code}, not {meant}")
            if operation.method == "GET" and written > TOKEN_USED:
                wrong.append(f"{where}: reading wrote rows")
            looks[whose] = answer.status_code, answer.content
        may = bool(named_by(operation)) and person.role in operation.who and not person.is_stranger
        if may and not (looks[Whose.FOREIGN] == looks[Whose.MISSING] and looks[Whose.MISSING][0] == NOT_FOUND):
            wrong.append(f"{operation} by {person.title}: what is foreign looks different from what does not exist")
    assert not wrong, "\n".join(wrong)


@each_chapter
def test_a_token_without_the_scope_does_nothing(chapter, world):
    lacking = {
        (scope, person.title): Caller(person.member, [each for each in Scope if each != scope])
        for scope, person in product(Scope, world.everybody)
        if person.role
    }
    for operation, person in product(CHAPTERS[chapter], world.everybody):
        if person.role in operation.who:
            answer = ask(lacking[operation.scope, person.title], world, operation, Whose.OWN)
            assert (answer.status_code, json.loads(answer.content)["code"]) == (403, "scope"), f"{operation}"


@each_chapter
def test_a_body_names_nothing_of_another_team(chapter, world, callers):
    for operation, person in product(CHAPTERS[chapter], world.everybody):
        for key, named in operation.keys.items():
            if operation.names and expected(operation, person, Whose.OWN) == DONE:
                foreign, missing = (
                    seen(callers[person.title], world, operation, **{key: world.name(named, each)})
                    for each in (Whose.FOREIGN, Whose.MISSING)
                )
                assert foreign == missing, f"{operation} by {person.title}"
                assert foreign[0] in {404, 422}


def seen(caller: Caller, world: World, operation: Operation, **changed: str) -> tuple[int, bytes]:
    """What the caller sees of a request that may write nothing."""
    with undone():
        before = rows_written()
        answer = ask(caller, world, operation, Whose.OWN, **changed)
        assert rows_written() - before <= TOKEN_USED, f"{operation}"
    return answer.status_code, answer.content
