"""A request sent twice has one effect, and gets the first one's answer."""

from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from threading import Barrier, Event

import pytest
import time_machine
from django.db import connection, transaction

from config.tests.api.caller import Caller, problem
from handoff.models import Handoff
from handoff.tests.factories import NOW, SLOT
from leads.models import Lead
from leads.tests.factories import LeadFactory
from teams.idempotency import KEPT_FOR, _is_our_turn
from teams.models import IdempotencyKey
from teams.tests.factories import isa

NEW_LEAD = {"first_name": "Dana", "phone": "+15125550123"}


def test_the_same_request_again_gets_the_same_answer_and_does_nothing(api):
    first = api.post("/leads", NEW_LEAD, key="k-1")
    again = api.post("/leads", NEW_LEAD, key="k-1")
    assert (first.status_code, again.status_code) == (201, 201)
    assert again.json() == first.json()
    assert again.headers["Content-Type"] == first.headers["Content-Type"]
    assert again.headers["Idempotent-Replayed"] == "true"
    assert "Idempotent-Replayed" not in first.headers
    assert Lead.objects.count() == 1


def test_the_same_key_for_another_request_is_refused(api, ready_lead):
    api.post("/leads", NEW_LEAD, key="k-1")
    problem(api.post("/leads", NEW_LEAD | {"first_name": "Lee"}, key="k-1"), 422, "idempotency_key_reused")
    problem(api.post(f"/leads/{ready_lead.pk}/tags", {"name": "hot"}, key="k-1"), 422, "idempotency_key_reused")
    assert Lead.objects.count() == 2


def test_without_a_key_each_request_counts(api):
    for _ in range(2):
        api.post("/leads", NEW_LEAD)
    assert Lead.objects.count() == 2


def test_a_key_belongs_to_one_member(api, team):
    api.post("/leads", NEW_LEAD, key="k-1")
    Caller(isa(team)).post("/leads", NEW_LEAD, key="k-1")
    assert Lead.objects.count() == 2


def test_a_refusal_is_not_kept_since_it_changed_nothing(api, team, team_isa, team_agent):
    lead = LeadFactory(team=team, isa=team_isa)
    asked = {"lead": lead.pk, "starts_at": SLOT.isoformat()}
    problem(api.post("/handoffs", asked, key="k-1"), 422, "not_ready")
    assert not IdempotencyKey.objects.exists()

    api.patch(f"/leads/{lead.pk}/lpmama", {
        "side": "buy", "location_text": "Here", "price_max": 1, "motivation": "Job", "timeframe": "now",
        "other_agent": "none", "mortgage": "cash",
    })  # fmt: skip
    api.post(f"/leads/{lead.pk}/recordings", {"kind": "none", "reason": "in_person"})
    known = api.get(f"/leads/{lead.pk}").json()
    api.post(f"/leads/{lead.pk}/verification", {"phone": known["phone"], "email": known["email"]})
    first = api.post("/handoffs", asked, key="k-1")
    assert first.status_code == 201
    again = api.post("/handoffs", asked, key="k-1")
    assert again.json()["id"] == first.json()["id"]


@pytest.mark.parametrize("key", ["two words", "x" * 201, "k\u00e9y", " "])
def test_a_key_that_is_none_is_refused(key, api):
    answer = api.call("POST", "/leads", NEW_LEAD, headers={"Idempotency-Key": key})
    problem(answer, 400, "idempotency_key")
    assert not Lead.objects.exists()


def test_a_key_without_a_token_opens_nothing(api, db):
    api.post("/leads", NEW_LEAD, key="k-1")
    api.token = "baton_stolen"
    problem(api.post("/leads", NEW_LEAD, key="k-1"), 401, "unauthorized")


def test_old_answers_are_forgotten_as_new_ones_come(api):
    api.post("/leads", NEW_LEAD, key="old")
    with time_machine.travel(NOW + KEPT_FOR + timedelta(minutes=1), tick=False):
        api.post("/leads", NEW_LEAD, key="new")
    assert [each.key for each in IdempotencyKey.objects.all()] == ["new"]


@pytest.mark.django_db(transaction=True)
def test_a_request_in_flight_is_not_done_a_second_time(api, team_isa):
    begun, finish = Event(), Event()

    def hold_the_key():
        try:
            with transaction.atomic():
                assert _is_our_turn(team_isa, "k-1")
                begun.set()
                finish.wait(10)
        finally:
            connection.close()

    with ThreadPoolExecutor(1) as other:
        held = other.submit(hold_the_key)
        begun.wait(10)
        refused = api.post("/leads", NEW_LEAD, key="k-1")
        finish.set()
        held.result()
    problem(refused, 409, "in_flight")
    assert refused.headers["Retry-After"] == "1"
    assert not Lead.objects.exists()
    assert api.post("/leads", NEW_LEAD, key="k-1").status_code == 201


@pytest.mark.django_db(transaction=True)
def test_of_requests_at_once_one_has_an_effect(api, team_agent, ready_lead):
    asked, crowd = {"lead": ready_lead.pk, "starts_at": SLOT.isoformat()}, 4
    start = Barrier(crowd)

    def ask(_):
        try:
            start.wait(10)
            return api.post("/handoffs", asked, key="k-1")
        finally:
            connection.close()

    with ThreadPoolExecutor(crowd) as threads:
        answers = list(threads.map(ask, range(crowd)))
    codes = {answer.status_code for answer in answers}
    assert 201 in codes
    assert codes <= {201, 409}
    assert len({answer.json()["id"] for answer in answers if answer.status_code == 201}) == 1
    assert Handoff.objects.count() == 1
