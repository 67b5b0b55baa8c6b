"""Whatever is handed to a logger, nothing personal and no secret comes out."""

import json
import logging

import psycopg2
import pytest
import structlog
from django.core import signing
from django.db import IntegrityError, connection
from hypothesis import given
from hypothesis import strategies as st

from config.telemetry.scrubbing import HIDDEN, scrub, scrub_text
from config.tests.telemetry.said import listening
from teams.models import User
from teams.tests.factories import UserFactory

SECRETS = {
    "an address": "dana.fiction+x@mail.example.com",
    "a phone number": "+1 (512) 555-0142",
    "a bare number": "5125550142",
    "E.164": "+15125550142",
    "a Slack token": "xoxb-1234567890-abcdefGHIJ",
    "an API token": "baton_" + "a1B2" * 10,
    "a webhook": "https://hooks.slack.com/services/T0001/B0002/sEcReTsEcReT",
    "a header": "Bearer abcdefghijklmnop",
    "a basic header": "Basic dXNlcjpwYXNzd29yZA==",
    "a database": "postgres://baton:hunter2@db.example.com/baton",
    "a query": "https://prod.logic.example.com/workflows/1?sig=aVeryLongSignature",
    "a web token": "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-def",
    "a signed link": signing.dumps({"handoff": 12, "member": 7}),
    "an encrypted text": "gAAAAABm" + "x" * 60,
}
PRIVATE_PARTS = {
    "an address": "dana.fiction",
    "a webhook": "sEcReT",
    "a header": "abcdefghijklmnop",
    "a basic header": "dXNlcjpwYXNzd29yZA",
    "a database": "hunter2",
    "a query": "aVeryLongSignature",
}


@pytest.fixture
def lines():
    with listening() as lines:
        yield lines


@pytest.mark.parametrize("what", SECRETS)
@pytest.mark.parametrize(
    "wrap",
    [
        "{}",
        "The answer was “{}”.",
        "left {}, right",
        "<{}>",
        "path=/a/{}/b",
        "'{}'",
        "\r\n{}\r\n",
    ],
)
def test_what_looks_private_is_hidden_wherever_it_stands(what, wrap):
    secret = SECRETS[what]
    scrubbed = scrub_text(wrap.format(secret))

    assert PRIVATE_PARTS.get(what, secret) not in scrubbed
    assert HIDDEN in scrubbed


@pytest.mark.parametrize(
    "plain",
    [
        "handoff/12|alert|m7|r1",
        "Delivery handoff/1|invite|m3|r2 has been due since 2026-11-27 22:50:15Z.",
        "2026-11-27T22:50:15.123456Z",
        "0190d3c6-4a5b-7c8d-9e0f-123456789012",
        "Error 111 connecting to 127.0.0.1:6379. Connection refused.",
        "File config/api/assembly.py, line 89, in answering",
        "/leads/<int:pk>/tags/<str:name>/",
    ],
)
def test_what_a_person_needs_to_find_the_fault_stays(plain):
    assert scrub_text(plain) == plain


@pytest.mark.parametrize(
    "name",
    ["password", "SECRET_KEY", "token", "authorization", "Cookie", "sessionid", "email", "phone", "first_name", "name",
     "address", "webhook_url", "note", "payload", "dsn", "recovery_codes"],
)  # fmt: skip
def test_what_is_called_private_is_hidden_whole(name):
    assert scrub({"outer": [{name: "Dana"}]}) == {"outer": [{name: HIDDEN}]}
    assert scrub(12, name=name) == HIDDEN


@given(st.recursive(st.none() | st.booleans() | st.integers() | st.floats() | st.text() | st.binary(),
                    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20))  # fmt: skip
def test_anything_at_all_can_be_scrubbed(value):
    json.dumps(scrub(value))


def test_a_value_that_holds_itself_ends():
    endless: list[object] = []
    endless.append(endless)

    assert "…" in json.dumps(scrub(endless), ensure_ascii=False)


def test_no_hostile_value_gets_through_a_logger(lines):
    log = structlog.get_logger("hostile")
    for what, secret in SECRETS.items():
        log.warning("said", problem=f"It said {secret}.", nested={"list": [secret]}, token=secret)
        logging.getLogger("foreign").warning("A line of a library: %s", secret)
        try:
            SECRETS[secret]
        except KeyError:
            log.exception("broke", what=what)

    for what, secret in SECRETS.items():
        assert PRIVATE_PARTS.get(what, secret) not in lines.text, what
    assert len(lines.all()) == 3 * len(SECRETS)


def test_a_line_break_in_a_value_begins_no_line(lines):
    structlog.get_logger("hostile").warning("said", what='x\n{"event": "forged"}')

    assert len(lines.text.splitlines()) == 1
    assert lines.of("forged") == []


@pytest.mark.django_db
def test_the_values_that_the_database_quotes_are_hidden(lines):
    person = UserFactory(email="dana.fiction@example.com", name="Dana Fiction")
    with pytest.raises(IntegrityError) as refused:
        User.objects.create(email=person.email, name="Another")
    structlog.get_logger("hostile").error("broke", problem=str(refused.value))

    assert "Key (email)" in lines.text or "lower(email" in lines.text
    assert "dana" not in lines.text


@pytest.mark.django_db
def test_a_row_that_the_database_refuses_is_hidden(lines):
    with connection.cursor() as cursor, pytest.raises(IntegrityError) as refused:
        cursor.execute("INSERT INTO teams_team (name, slug) VALUES ('Dana Fiction', 'secretive')")
    assert isinstance(refused.value.__cause__, psycopg2.Error)
    structlog.get_logger("hostile").error("broke", problem=str(refused.value))

    assert "Failing row contains" in lines.text
    assert "secretive" not in lines.text
