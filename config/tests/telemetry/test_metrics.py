"""``/metrics``: who may read it, and that what it tells is true, whichever process answers."""

import urllib.request
from datetime import timedelta
from pathlib import Path

import pytest
from django.db import OperationalError, connection
from django.test import Client
from django.utils import timezone
from prometheus_client.parser import text_string_to_metric_families

from handoff.models import OwnerChange
from handoff.tests.factories import open_handoff, ready
from handoff.tests.live.ground import accepted, on_call, ringing
from notifications.models import Delivery, Pulse
from notifications.promises import pulses
from notifications.promises.drains import drain_all
from notifications.promises.nudges import NUDGES_FAILED, nudge
from notifications.promises.owed import State
from notifications.promises.registry import undertakings
from teams.tests.factories import TeamFactory, isa


def read(text):
    """Every sample by its name and labels."""
    return {
        (sample.name, *sorted(sample.labels.items())): sample.value
        for family in text_string_to_metric_families(text)
        for sample in family.samples
    }


def ask(client=None, **said):
    answer = (client or Client()).get("/metrics", **said)
    assert answer.status_code == 200, answer.content
    return read(answer.content.decode())


def owed(found, state, channel="email", model="delivery"):
    return found["baton_owed", ("channel", channel), ("model", model), ("state", state)]


@pytest.mark.django_db
class TestWhoMayRead:
    def test_this_very_machine(self):
        assert Client(REMOTE_ADDR="127.0.0.1").get("/metrics").status_code == 200
        assert Client(REMOTE_ADDR="::1").get("/metrics").status_code == 200

    @pytest.mark.parametrize("address", ["10.0.0.7", "203.0.113.9", "2001:db8::1", "", "nonsense"])
    def test_nobody_from_elsewhere(self, address):
        assert Client(REMOTE_ADDR=address).get("/metrics").status_code == 401

    @pytest.mark.parametrize("header", ["X-Forwarded-For", "X-Forwarded-Proto", "X-Real-IP", "Forwarded"])
    def test_no_stranger_through_a_proxy_on_this_machine(self, header, client):
        assert client.get("/metrics", headers={header: "127.0.0.1"}).status_code == 401

    def test_not_even_a_team_lead(self, client):
        client.force_login(isa(TeamFactory()).user)
        assert client.get("/metrics", REMOTE_ADDR="203.0.113.9").status_code == 401

    def test_who_holds_the_token_and_then_nobody_else(self, client, settings):
        settings.METRICS_TOKEN = "a long metrics token"
        for said in ({}, {"Authorization": ""}, {"Authorization": "Bearer wrong"}, {"Authorization": "Bearer é"},
                     {"Authorization": "a long metrics token"}):  # fmt: skip
            refused = client.get("/metrics", headers=said)
            assert refused.status_code == 401
            assert refused.headers["WWW-Authenticate"] == "Bearer"
        granted = client.get(
            "/metrics", headers={"Authorization": "Bearer a long metrics token"}, REMOTE_ADDR="203.0.113.9"
        )
        assert granted.status_code == 200

    def test_it_is_for_reading_alone(self, client):
        assert client.post("/metrics").status_code == 405


@pytest.mark.django_db
class TestWhatItTells:
    def test_requests_by_route_method_and_status(self, client):
        key = ("baton_http_requests_total", ("method", "GET"), ("route", "/leads/<int:pk>/"), ("status", "302"))
        before = ask().get(key, 0)
        client.get("/leads/1/")
        client.get("/leads/2/?q=x")

        found = ask()
        assert found[key] == before + 2
        assert found["baton_http_request_seconds_count", ("method", "GET"), ("route", "/leads/<int:pk>/")] >= 2

    def test_a_caller_cannot_make_series_without_bound(self, client):
        ask()
        before = len(ask())
        for number in range(30):
            client.get(f"/nothing-{number}/")
            client.generic(f"INVENTED{number}", f"/nothing-{number}/")

        assert len(ask()) - before < 60  # one route and one method more, each with its buckets

    def test_what_is_owed_by_channel_and_state_and_since_when(self):
        open_handoff(ready(TeamFactory()))
        now = timezone.now()
        Delivery.objects.update(due_at=now - timedelta(minutes=10), deadline_at=None)
        later = Delivery.objects.filter(channel="email").first()
        Delivery.objects.filter(pk=later.pk).update(due_at=now + timedelta(hours=1))
        emails = Delivery.objects.filter(channel="email").count()

        found = ask()

        assert owed(found, "due") == emails - 1
        assert owed(found, "later") == 1
        assert owed(found, "due", "", "ownerchange") == OwnerChange.objects.filter(due_at__lte=now).count()
        assert 600 <= found["baton_oldest_due_seconds", ("channel", "email"), ("model", "delivery")] < 660

    def test_failures_of_the_last_hour_and_no_older_ones(self):
        open_handoff(ready(TeamFactory()))
        now = timezone.now()
        first, *rest = Delivery.objects.filter(channel="email")
        Delivery.objects.filter(pk=first.pk).update(state=State.FAILED, done_at=now - timedelta(minutes=5))
        Delivery.objects.filter(pk__in=[each.pk for each in rest]).update(
            state=State.FAILED, done_at=now - timedelta(hours=2)
        )

        assert owed(ask(), "failed_last_hour") == 1

    def test_attempts_by_channel_and_outcome(self):
        open_handoff(ready(TeamFactory()))
        now = timezone.now()
        Delivery.objects.update(due_at=now - timedelta(seconds=1), deadline_at=None)
        drain_all(at=now)
        done = Delivery.objects.filter(channel="email", state=State.DONE).count()

        assert done
        assert ask()["baton_attempts_15m", ("channel", "email"), ("outcome", "done")] == done

    def test_transfers_that_ring_and_that_were_accepted(self):
        rung, taken = ready(TeamFactory()), ready(TeamFactory())
        ana = on_call(taken)
        on_call(rung)
        accepted(ringing(taken), ana)
        ringing(rung)

        found = ask()

        assert found["baton_transfers_under_way", ("status", "ringing")] == 1
        assert found["baton_transfers_under_way", ("status", "accepted")] == 1

    def test_how_long_ago_each_loop_of_the_sweep_came_round(self):
        Pulse.objects.create(name=pulses.TIMERS, beat_at=timezone.now() - timedelta(seconds=40))

        found = ask()

        assert 40 <= found["baton_sweep_age_seconds", ("loop", "timers")] < 60
        assert ("baton_sweep_age_seconds", ("loop", "promises")) not in found

    def test_nudges_that_did_not_arrive(self):
        class Unreachable:
            name = "unreachable"

            def apply_async(self, **_):
                raise ConnectionError

        before = NUDGES_FAILED._value.get()
        nudge(Unreachable())

        assert ask()["baton_nudges_failed_total",] == before + 1

    def test_a_database_that_is_gone_is_told_and_not_a_failure(self):
        def gone(*_):
            raise OperationalError("the server closed the connection")

        with connection.execute_wrapper(gone):
            found = ask()

        assert found["baton_database_up",] == 0
        assert any(name == "baton_http_requests_total" for name, *_ in found)

    def test_the_same_number_of_queries_however_much_is_owed(self, django_assert_max_num_queries):
        for _ in range(4):
            open_handoff(ready(TeamFactory()))
        with django_assert_max_num_queries(8 + 3 * len(undertakings())):  # waiting, due later and failed of each
            ask()


@pytest.mark.launcher
def test_every_worker_tells_what_all_of_them_counted(fleet):
    fleet.start("web")
    name = ("baton_http_requests_total", ("method", "GET"), ("route", "/accounts/login/"), ("status", "200"))
    told = set()
    for number in range(1, 31):
        get(f"{fleet.url}/accounts/login/")
        told.add(read(get(f"{fleet.url}/metrics")).get(name, 0) - number)

    assert told == {0}
    assert workers_of(fleet) == 2


def get(url):
    with urllib.request.urlopen(url, timeout=10) as answer:
        return answer.read().decode()


def workers_of(fleet):
    master = fleet.running["web"].process.pid
    return len(Path(f"/proc/{master}/task/{master}/children").read_text().split())
