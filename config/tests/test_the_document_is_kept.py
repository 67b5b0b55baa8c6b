"""Another reader of our OpenAPI document calls the running API by it: nothing it makes up breaks the server.

``api/test_no_input_breaks_it.py`` sends what we know to be awkward, in this process. Here schemathesis, which knows
only the document that is served, speaks HTTP to gunicorn with a token, and holds every answer against the document.
"""

from __future__ import annotations

import time

import pytest
import requests
import schemathesis
from hypothesis import HealthCheck, Phase, given, settings
from schemathesis import GenerationMode
from schemathesis.checks import not_a_server_error
from schemathesis.specs.openapi.checks import (
    content_type_conformance,
    response_schema_conformance,
    status_code_conformance,
)

from config.tests.conftest import fleet_beside
from config.tests.world import Api, in_minutes

pytestmark = pytest.mark.launcher

CHECKS = [not_a_server_error, status_code_conformance, content_type_conformance, response_schema_conformance]
BEFORE_THE_API = 414  # gunicorn's own answer to a request line over 4,094 bytes; no API describes those of its server
#: Of each operation and kind. The seed is fixed, so a failure comes again until it is mended.
BOUNDED = settings(
    max_examples=8,
    derandomize=True,
    database=None,
    deadline=None,
    phases=[Phase.explicit, Phase.generate],
    suppress_health_check=list(HealthCheck),
)


@pytest.fixture
def web(world, settings, tmp_path):
    with fleet_beside(tmp_path, settings) as fleet:
        yield fleet.start("web")


@pytest.fixture
def known(web, world):
    """Ids that exist, by the name that the document gives them; a handoff of our own is among them."""
    lead, other = world.ready_lead(), world.ready_lead()
    status, handoff = Api(web.url, world.token).post(
        "handoffs", {"lead": lead.pk, "method": "scheduled", "agent": world.ana.pk, "starts_at": in_minutes(120)}
    )
    assert status == 201, handoff
    return {
        "lead_id": other.pk,
        "handoff_id": handoff["id"],
        "appointment_id": handoff["appointment"]["id"],
        "receipt_id": handoff["receipts"][0]["id"],
        "lead": other.pk,
        "agent": world.ana.pk,
    }


def aimed(case, known):
    """Let what the document allows reach rows that exist: by chance alone nothing but 404 would be seen."""
    for part in (case.path_parameters, case.query, case.body):
        if isinstance(part, dict):
            part.update({name: value for name, value in known.items() if name in part})
    return case


def fuzz(operation, mode, known, session):
    """Send what this operation takes, or what it should refuse. Returns the statuses that came back."""
    seen = set()

    @BOUNDED
    @given(case=operation.as_strategy(generation_mode=mode))
    def send(case):
        if mode is GenerationMode.POSITIVE:
            aimed(case, known)
        response = case.call(session=session, timeout=20)
        seen.add(response.status_code)
        if response.status_code != BEFORE_THE_API:
            case.validate_response(response, checks=CHECKS)

    send()
    return seen


def test_no_call_by_the_document_breaks_the_server(web, world, known):
    began = time.monotonic()
    document = schemathesis.openapi.from_url(f"{web.url}/api/v1/openapi.json")
    operations = [found.ok() for found in document.get_all_operations()]
    broken, seen = {}, set()
    with requests.Session() as session:
        session.headers["Authorization"] = f"Bearer {world.token}"
        for operation in operations:
            for mode in (GenerationMode.POSITIVE, GenerationMode.NEGATIVE):
                try:
                    seen |= fuzz(operation, mode, known, session)
                except BaseExceptionGroup as failures:  # all operations are told together
                    broken[f"{operation.label}, {mode.value}"] = "\n".join(
                        str(each)[:700] for each in failures.exceptions
                    )
    print(f"{len(operations)} operations in {time.monotonic() - began:.0f} s, answers {sorted(seen)}")

    assert broken == {}
    assert len(operations) > 25
    assert {200, 201, 404, 422} <= seen
