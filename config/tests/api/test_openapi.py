"""What the API says of itself, and the page that shows it."""

import json
import re

import pytest
from django.contrib.staticfiles.finders import find
from django.test import Client

from config.tests.api.caller import ROOT

PROMISED = [
    ("get", "/me"), ("get", "/agents"), ("get", "/leads"), ("post", "/leads"), ("get", "/leads/{lead_id}"),
    ("patch", "/leads/{lead_id}"), ("put", "/leads/{lead_id}/lpmama"), ("patch", "/leads/{lead_id}/lpmama"),
    ("post", "/leads/{lead_id}/recordings"), ("post", "/leads/{lead_id}/verification"),
    ("post", "/leads/{lead_id}/tags"), ("post", "/leads/{lead_id}/stage"), ("get", "/leads/{lead_id}/readiness"),
    ("get", "/leads/{lead_id}/activity"), ("get", "/slots"), ("post", "/handoffs"), ("get", "/handoffs/{handoff_id}"),
    ("post", "/handoffs/{handoff_id}/appointment"),
    ("post", "/handoffs/{handoff_id}/reassign"), ("post", "/handoffs/{handoff_id}/take-back"),
    ("post", "/handoffs/{handoff_id}/outcome"), ("post", "/receipts/{receipt_id}/retry"),
    ("patch", "/appointments/{appointment_id}"), ("post", "/appointments/{appointment_id}/cancel"),
    ("post", "/live-transfers"), ("get", "/live-transfers"), ("get", "/live-transfers/{transfer_id}"),
    ("post", "/live-transfers/{transfer_id}/accept"), ("post", "/live-transfers/{transfer_id}/pass"),
    ("post", "/live-transfers/{transfer_id}/told-name"), ("post", "/live-transfers/{transfer_id}/connect"),
    ("post", "/live-transfers/{transfer_id}/drop"), ("post", "/live-transfers/{transfer_id}/cancel"),
    ("get", "/me/presence"), ("put", "/me/presence"), ("delete", "/me/presence"),
]  # fmt: skip


@pytest.fixture(scope="module")
def document():
    answer = Client().get(f"{ROOT}/openapi.json")
    assert answer.status_code == 200
    return json.loads(answer.content)


def test_it_is_open_to_everybody_and_names_its_version(document):
    assert document["openapi"].startswith("3.1")
    assert document["info"]["version"] == "1"


def test_every_promised_operation_is_there(document):
    for method, path in PROMISED:
        assert method in document["paths"][ROOT + path], path


def test_every_operation_asks_for_a_token_and_describes_its_problems(document):
    for path, operations in document["paths"].items():
        for operation in operations.values():
            assert operation["security"] == [{"Bearer": []}], path
            assert operation["summary"]
            for status in ("401", "403", "404", "422"):
                assert list(operation["responses"][status]["content"]) == ["application/problem+json"]


def test_every_post_takes_an_idempotency_key(document):
    for operations in document["paths"].values():
        for method, operation in operations.items():
            names = {parameter["name"] for parameter in operation.get("parameters", [])}
            assert ("Idempotency-Key" in names) is (method == "post")


def test_every_reference_leads_somewhere(document):
    for name in re.findall(r'"#/components/schemas/([^"]+)"', json.dumps(document)):
        assert name in document["components"]["schemas"]


def test_the_page_loads_nothing_that_our_policy_forbids(db):
    answer = Client().get(f"{ROOT}/docs")
    page = answer.content.decode()
    assert answer.status_code == 200
    assert "default-src 'none'" in answer.headers["Content-Security-Policy"]
    assert not re.search(r"<style|\sstyle=|\son[a-z]+=", page)
    for script in re.findall(r"<script[^>]*>", page):
        assert "src=" in script or "application/json" in script
    for address in re.findall(r'(?:src|href)="([^"]+)"', page):
        assert address.startswith("/static/")
        assert find(address.removeprefix("/static/"))


def test_the_root_leads_to_the_page(db):
    assert Client().get(f"{ROOT}/").headers["Location"] == f"{ROOT}/docs"
