"""Rows that are read in the query of their lead."""

from __future__ import annotations

import pytest

from leads.models import Lead, LeadEmail, LeadPhone, Recording
from leads.recordings import attach_link, promise_link
from leads.tests.factories import NOW, LeadFactory, ready_lead

pytestmark = pytest.mark.django_db

RELATED = {"phones": LeadPhone, "emails": LeadEmail, "recordings": Recording}


def fields_of(row) -> dict[str, object]:
    return {field.attname: getattr(row, field.attname) for field in row._meta.concrete_fields}


def test_they_are_as_if_they_had_been_read_by_themselves_and_in_their_order(team, isa, django_assert_num_queries):
    lead = ready_lead(team, isa)
    LeadPhone.objects.create(lead=lead, number="+15125550199", label="work", wrong_at=NOW)
    promise_link(lead=lead, actor=isa, at=NOW)
    attach_link(lead=lead, url="https://calls.example.com/1", actor=isa, at=NOW)
    LeadFactory.create(team=team, isa=isa)

    with django_assert_num_queries(1):
        read = {each.pk: each for each in Lead.objects.along(**RELATED)}
        found = {(pk, name): list(getattr(read[pk], name).all()) for pk in read for name in RELATED}

    assert len(read) == 2
    for (pk, name), rows in found.items():
        alone = RELATED[name]._default_manager.filter(lead=pk).order_by(*RELATED[name]._meta.ordering)
        assert [fields_of(row) for row in rows] == [fields_of(row) for row in alone]
    assert [phone.label for phone in found[lead.pk, "phones"]] == ["", "work"]


def test_who_narrows_them_down_asks_the_database(team, isa):
    lead = Lead.objects.along(phones=LeadPhone).get(pk=LeadFactory.create(team=team, isa=isa).pk)
    LeadPhone.objects.create(lead=lead, number="+15125550199", label="work")

    assert lead.phones.filter(label="work").exists()
    assert len(lead.phones.all()) == 1, "as it was read"


def test_values_have_no_relations(team, isa):
    lead = LeadFactory.create(team=team, isa=isa)

    assert list(Lead.objects.along(phones=LeadPhone).values_list("pk", flat=True)) == [lead.pk]
