"""Whatever is sent, the answer is one that the API describes: never a failure of ours."""

import json
from typing import Any
from urllib.parse import quote

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from config.api import api as the_api
from config.tests.api.caller import Caller
from handoff.tests.factories import SLOT, open_handoff, ready

DOCUMENT = the_api.get_openapi_schema(path_prefix="")
SCHEMAS = json.loads(json.dumps(DOCUMENT["components"]["schemas"], default=str))
OPERATIONS = [
    (method.upper(), path, operation)
    for path, found in json.loads(json.dumps(DOCUMENT["paths"], default=str)).items()
    for method, operation in found.items()
]
#: JSON of any kind, and the words and numbers that break programs.
WORDS = ["", " ", "\x00", "a\r\nb", "\u202e", "😀", "<!channel>", "' OR 1=1 --", "9" * 400]
TIMES = ["2026-11-24T16:00:00Z", "2026-11-24T16:00:00", "9999-12-31T23:59:59Z", "0001-01-01"]
NUMBERS = [0, -1, 2**31, 2**63, 2**70, 1.5, True]
AWKWARD: st.SearchStrategy[Any] = st.sampled_from([*WORDS, *TIMES, *NUMBERS, None, [], {}, [None]])
ANYTHING = st.recursive(AWKWARD | st.text(max_size=20), lambda inner: st.lists(inner, max_size=3), max_leaves=4)


@pytest.fixture
def world(team, team_lead, team_agent, team_isa):
    """Some of everything, so that a valid id is sometimes hit."""
    open_handoff(ready(team, isa=team_isa), to=team_agent)
    ready(team, isa=team_isa)
    return Caller(team_lead)


def valid(schema):
    """Values that a schema allows, as far as it says."""
    if "$ref" in schema:
        return valid(SCHEMAS[schema["$ref"].rsplit("/", 1)[1]])
    if "anyOf" in schema:
        return st.one_of([valid(each) for each in schema["anyOf"]])
    if "enum" in schema:
        return st.sampled_from(schema["enum"])
    return plain(schema)


def plain(schema):
    integers = st.integers(schema.get("minimum", 0), min(schema.get("maximum", 10), 10))
    moments = st.sampled_from([SLOT.isoformat(), SLOT.replace(hour=20).isoformat(), "2026-11-01T06:30:00Z"])
    words = st.sampled_from(["Dana", "+15125550123", "dana@example.com", "TX", "en", "America/Chicago", ""])
    fields = {name: valid(each) for name, each in schema.get("properties", {}).items()}
    return {
        "integer": integers,
        "string": moments if schema.get("format") == "date-time" else words,
        "object": st.fixed_dictionaries({}, optional=fields),
        "boolean": st.booleans(),
        "null": st.none(),
        "array": st.lists(st.integers(1, 5), max_size=2),
    }.get(schema.get("type", ""), AWKWARD)


def body_of(operation):
    if "requestBody" not in operation:
        return st.none()
    schema = operation["requestBody"]["content"]["application/json"]["schema"]
    shape = SCHEMAS[schema["$ref"].rsplit("/", 1)[1]] if "$ref" in schema else schema
    mixed = st.fixed_dictionaries(
        {}, optional={name: ANYTHING | valid(each) for name, each in shape["properties"].items()}
    )
    return st.one_of(valid(schema), mixed, ANYTHING)


def address_of(path, operation):
    parts = {each["name"]: valid(each["schema"]) | ANYTHING for each in operation.get("parameters", [])
             if each["in"] == "path"}  # fmt: skip
    query = {each["name"]: valid(each["schema"]) | ANYTHING for each in operation.get("parameters", [])
             if each["in"] == "query"}  # fmt: skip
    return st.tuples(st.just(path), st.fixed_dictionaries(parts), st.fixed_dictionaries({}, optional=query))


def as_text(value):
    return quote(str(value if value is not None else ""), safe="", errors="surrogatepass")


@pytest.mark.parametrize(("method", "path", "operation"), OPERATIONS, ids=[f"{m} {p}" for m, p, _ in OPERATIONS])
def test_no_input_breaks_it(method, path, operation, world):
    described = {int(status) for status in operation["responses"]}

    @settings(
        max_examples=25,
        deadline=None,
        database=None,
        suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
    )
    @given(address=address_of(path, operation), body=body_of(operation))
    def send(address, body):
        path, parts, query = address
        for name, value in parts.items():
            path = path.replace(f"{{{name}}}", as_text(value) or "0")
        if query:
            path += "?" + "&".join(f"{name}={as_text(value)}" for name, value in query.items())
        answer = world.call(method, f"/{path.lstrip('/')}", json.dumps(body) if body is not None else None)
        assert answer.status_code in described | {404, 405}, (path, body, answer.content)

    send()
