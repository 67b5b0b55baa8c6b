"""An import taken back."""

import pytest
from django.db import InternalError

from leads.importing import conducting
from leads.models import Activity, Lead, LeadPhone, PersonNote
from leads.models.imports import ImportStatus, OnDuplicate, Outcome
from leads.notes import add_note
from leads.stages import change_stage
from leads.states import Stage, Via
from leads.tests.factories import NOW, LeadFactory
from leads.tests.importing.bringing import fresh, imported, outcomes, table, work
from leads.todo import add_task

pytestmark = pytest.mark.django_db

HEADERS = ["Name", "Phone", "Notes"]


def three():
    return table(HEADERS, *[[f"N{n} Example", f"51255501{n:02}", "A note"] for n in range(3)])


def take_back(of):
    conducting.take_back(of=of, at=NOW)
    work()
    return fresh(of)


def test_untouched_leads_go_with_all_that_came_with_them(boss, isa, team):
    other = LeadFactory.create(team=team, isa=isa)
    of = imported(boss, three())

    of = take_back(of)

    assert (of.status, of.counts) == (ImportStatus.UNDONE, {"create": 3, "removed": 3})
    assert list(Lead.objects.all()) == [other]
    assert LeadPhone.objects.count() == 1
    assert not PersonNote.objects.exists()
    assert Activity.objects.exclude(lead=other).count() == 0


def test_what_somebody_worked_on_stays_and_the_row_says_why(boss, isa):
    of = imported(boss, three())
    noted, moved, _ = Lead.objects.order_by("pk")
    add_note(lead=noted, text="Called me back", author=isa, at=NOW)
    change_stage(lead=moved, to=Stage.NURTURE, actor=isa, via=Via.PAGE, at=NOW)

    of = take_back(of)

    assert set(Lead.objects.all()) == {noted, moved}
    assert of.counts == {"create": 3, "removed": 1, "kept": 2}
    assert outcomes(of)[2] == (Outcome.KEPT, "Kept: Called me back")
    assert outcomes(of)[3] == (Outcome.KEPT, "Kept: New → Nurture")
    assert of.rows.get(number=4).lead is None


def test_a_row_of_any_table_that_points_at_a_lead_keeps_it(boss, isa):
    of = imported(boss, three())
    lead = Lead.objects.order_by("pk").first()
    add_task(key="t", assignee=isa, title="Call", kind="call", lead=lead, at=NOW, due_at=NOW)

    take_back(of)

    assert list(Lead.objects.all()) == [lead]
    assert outcomes(of)[2][1] == "Kept: it has a task"


def test_a_lead_that_a_later_import_added_to_stays(boss):
    of = imported(boss, three())
    imported(boss, table(HEADERS, ["N0 Example", "5125550100", "More"]), on_duplicate=OnDuplicate.FILL)

    take_back(of)

    assert [lead.first_name for lead in Lead.objects.all()] == ["N0"]


def test_leads_that_were_only_added_to_stay(boss, isa, team):
    lead = LeadFactory.create(team=team, isa=isa, phone="+15125550100")
    of = imported(boss, three(), on_duplicate=OnDuplicate.FILL)

    of = take_back(of)

    assert list(Lead.objects.all()) == [lead]
    assert of.counts == {"create": 2, "fill": 1, "removed": 2}


def test_the_timeline_of_a_lead_that_stays_is_still_protected(boss):
    of = imported(boss, three())
    take_back(of)
    imported(boss, three())

    with pytest.raises(InternalError, match="Cannot update or delete"):
        Activity.objects.all().delete()


def test_an_undone_import_cannot_be_undone_again_but_the_file_can_come_again(boss):
    of = take_back(imported(boss, three()))

    with pytest.raises(conducting.NotNow):
        conducting.take_back(of=of, at=NOW)
    assert imported(boss, three()).counts == {"create": 3}
