"""Every change of what matters leaves an entry: who, in which request, what it was and what it is."""

import json
from uuid import uuid4

import pytest
import time_machine
from django.apps import apps
from django.db import InternalError, connection, transaction
from django.urls import reverse
from django.utils import timezone
from structlog.contextvars import bound_contextvars

from config.audited import AUDITED
from config.tests.api.caller import Caller
from handoff.models import Entry, Handoff, Statement
from handoff.tests.factories import open_handoff, ready
from handoff.tests.pay.ground import SEPTEMBER, TWENTIETH, on
from handoff.tests.pay.ground import Place as PayPlace
from leads.models import Lead
from notifications.models import Delivery
from notifications.promises.drains import drain_all
from notifications.promises.owed import Owed
from teams.auditing import is_secret
from teams.models import ApiToken, AuditEntry, Membership, Policy, SlackConnection, User
from teams.repair.history import changes_in
from teams.tests.factories import TeamFactory, agent, isa
from teams.tokens import create_token

GIVEN = "audited-request-1"


def entries_of(row):
    return list(
        AuditEntry.objects.filter(model=row._meta.label_lower, row=row.pk).select_related("context").order_by("id")
    )


@pytest.fixture
def team(db):
    return TeamFactory()


def test_an_update_says_what_it_was_and_what_it_is(team):
    policy = team.policy
    policy.outcome_hours = 48
    policy.save()

    *_, entry = entries_of(policy)
    assert (entry.operation, entry.changed) == ("update", {"outcome_hours": [24, 48]})
    assert (timezone.now() - entry.at).total_seconds() < 60


def test_a_change_past_the_models_is_seen_too(team):
    member = isa(team)
    Membership.objects.filter(pk=member.pk).update(role="agent")
    with connection.cursor() as cursor:
        cursor.execute("UPDATE teams_membership SET role = 'lead' WHERE id = %s", [member.pk])

    first, *_, before, last = [entry.changed for entry in entries_of(member)]
    assert first == {}
    assert (before, last) == ({"role": ["isa", "agent"]}, {"role": ["agent", "lead"]})


def test_what_changes_nothing_leaves_nothing(team):
    before = AuditEntry.objects.count()
    team.policy.save()
    User.objects.update(last_login=timezone.now())

    assert AuditEntry.objects.count() == before


def test_a_row_that_is_removed_leaves_its_last_values(team):
    entry_of = team.areas.create(name="Riverside", median_price=400_000)
    pk = entry_of.pk
    entry_of.delete()

    *_, entry = AuditEntry.objects.filter(model="teams.area", row=pk).order_by("id")
    assert entry.operation == "delete"
    assert (entry.changed["name"], entry.changed["median_price"]) == ("Riverside", 400_000)


def test_what_rolls_back_leaves_nothing(team):
    before = AuditEntry.objects.count()
    with transaction.atomic():
        Policy.objects.update(outcome_hours=1)
        transaction.set_rollback(True)

    assert AuditEntry.objects.count() == before


def test_secrets_never_land_in_it(team):
    slack = SlackConnection.objects.get(team=team)
    slack.token, slack.webhook_url, slack.channel = (
        "xoxb-very-secret",
        "https://hooks.slack.com/services/T/B/hush",
        "C1",
    )
    slack.save()
    person = isa(team)
    person.user.set_password("a long new password")
    person.user.save()
    token, text = create_token(membership=person, scopes=[], name="Dialer", at=timezone.now())
    ApiToken.objects.filter(pk=token.pk).update(digest="0" * 64)
    token.delete()

    *_, entry = entries_of(slack)
    assert entry.changed["token"] == ["[hidden]", "[hidden]"]
    assert entry.changed["channel"] == ["", "C1"]
    everything = json.dumps(list(AuditEntry.objects.values_list("changed", flat=True)))
    stored = [*SlackConnection.objects.filter(pk=slack.pk).values_list("token", "webhook_url")[0], "0" * 64]
    for secret in (text, token.digest, person.user.password, "gAAAA", "hush", "xoxb", "argon2", "md5$", *stored):
        assert secret not in everything


def test_every_secret_column_of_an_audited_table_is_hidden_by_its_trigger(db):
    with connection.cursor() as cursor:
        for model in AUDITED:
            cursor.execute(
                "SELECT pg_get_functiondef(tgfoid) FROM pg_trigger WHERE tgrelid = %s::regclass AND tgname LIKE %s",
                [model._meta.db_table, "pgtrigger_audit_%"],
            )
            ((body,),) = cursor.fetchall()
            for field in model._meta.concrete_fields:
                assert not is_secret(field) or field.column in body, field


def test_every_model_with_a_secret_is_audited():
    ours = [
        model for model in apps.get_models() if model._meta.app_label in {"handoff", "leads", "notifications", "teams"}
    ]
    with_secrets = {
        model
        for model in ours
        if not issubclass(model, Owed)  # each is a record already, and its secret good for half an hour
        and any(is_secret(field) for field in model._meta.concrete_fields)
    }

    assert {User, ApiToken, SlackConnection} <= with_secrets
    assert with_secrets <= set(AUDITED)


def test_a_page_names_its_request_its_route_and_who_acted(team, client):
    member = isa(team)
    client.force_login(member.user)
    lead_row = ready(team, isa=member)

    client.post(f"/leads/{lead_row.pk}/stage/", {"to": "nurture"}, headers={"X-Request-ID": GIVEN})

    said = entries_of(lead_row)[-1].context.metadata
    assert (said["request_id"], said["part"], said["user"]) == (GIVEN, "web", member.user_id)
    assert said["route"].startswith("/leads/<int:pk>/")
    assert (said["membership"], said["team"]) == (member.pk, team.pk)


def test_what_nobody_asked_for_has_no_context(team):
    Policy.objects.update(outcome_hours=12)

    assert entries_of(team.policy)[-1].context is None


def test_a_program_is_named_by_its_token_and_member(team, db):
    member, lead_row = isa(team), ready(team)
    caller = Caller(member)
    answer = caller.patch(f"/leads/{lead_row.pk}", {"source": "Portal"}, headers={"X-Request-ID": GIVEN})
    assert answer.status_code == 200

    said = entries_of(lead_row)[-1].context.metadata
    assert said["request_id"] == GIVEN
    assert said["route"] == "/api/v1/leads/<int:lead_id>"
    assert (said["part"], said["user"], said["membership"]) == ("web", member.user_id, member.pk)
    assert said["token_id"] == ApiToken.objects.get(membership=member).pk


def test_what_is_delivered_later_is_written_under_the_request_that_owed_it(team):
    with bound_contextvars(request_id=GIVEN):
        handoff = open_handoff(ready(team), to=agent(team))
    Delivery.objects.all().update(state="done")
    drain_all(at=timezone.now())

    owner_changed = [entry for entry in entries_of(handoff.lead) if "owner_id" in entry.changed]
    assert owner_changed[-1].context.metadata["request_id"] == GIVEN
    assert owner_changed[-1].context.metadata["part"] == "command"
    assert owner_changed[-1].context.metadata["owed"].startswith(handoff.about)


def test_the_facts_that_an_agent_was_told_are_not_copied(team):
    handoff = open_handoff(ready(team))
    Handoff.objects.filter(pk=handoff.pk).update(facts={"name": "Dana"}, close_reason="x")

    assert entries_of(handoff)[-1].changed == {
        "facts": ["[hidden]", "[hidden]"], "close_reason": ["", "x"]
    }  # fmt: skip


def test_who_approved_and_who_adjusted_is_asked_by_request_and_what_the_ledger_derives_is_not(client, db):
    place = PayPlace()
    place.met(on(3, 9))
    client.force_login(place.boss.user)
    month = {"month": "2026-09", "pk": place.isa.pk}
    by_hand = {"amount": "25", "why": "Trained a colleague", "once": str(uuid4())}

    with time_machine.travel(TWENTIETH, tick=False):
        client.post(reverse("handoff:pay-adjust", kwargs=month), by_hand, headers={"X-Request-ID": GIVEN})
        seen = {"seen": place.total(SEPTEMBER)}
        client.post(reverse("handoff:pay-approve", kwargs=month), seen, headers={"X-Request-ID": "audited-request-2"})

    (adjusted,), (approved,) = (changes_in(request_id=each) for each in (GIVEN, "audited-request-2"))
    assert (adjusted.model, adjusted.row) == ("handoff.entry", Entry.objects.get(by=place.boss).pk)
    assert (approved.model, approved.row) == ("handoff.statement", Statement.objects.get().pk)
    assert all(place.boss.user.email in change.who for change in (adjusted, approved))
    assert Entry.objects.count() > AuditEntry.objects.filter(model="handoff.entry").count() == 1


def test_nobody_rewrites_it(team):
    for change in (lambda: AuditEntry.objects.update(model="x"), lambda: AuditEntry.objects.all().delete()):
        with pytest.raises(InternalError, match="append_only"), transaction.atomic():
            change()


def test_a_lead_written_in_bulk_is_audited_row_by_row(team):
    first, second = ready(team), ready(team)
    Lead.objects.filter(team=team).update(source="Portal")

    assert [entries_of(each)[-1].changed["source"][1] for each in (first, second)] == ["Portal", "Portal"]
