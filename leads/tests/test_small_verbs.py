"""Tags, notes, tasks, collaborators and owners."""

import pytest
from django.db import DatabaseError, transaction

from leads.collaborating import collaborate
from leads.models import Activity, Collaborator, Lead, LeadTag
from leads.notes import add_note, remove_note
from leads.ownership import ForeignOwner, give_lead
from leads.signals import tag_added
from leads.states import Via
from leads.tags import add_tag, remove_tag
from leads.tests.factories import NOW
from leads.timeline import record
from leads.todo import add_task, finish_task, finish_tasks, reopen_task

pytestmark = pytest.mark.django_db


@pytest.fixture
def heard_tags():
    heard = []

    def hear(*, name, via, **_):
        heard.append((name, via))

    tag_added.connect(hear, weak=False)
    yield heard
    tag_added.disconnect(hear)


def test_a_tag_is_put_on_once_whatever_its_case_and_announced_once(lead, heard_tags):
    add_tag(lead=lead, name=" Relocating ", actor=lead.isa, via=Via.PAGE, at=NOW)
    add_tag(lead=lead, name="relocating", actor=lead.isa, via=Via.API, at=NOW)

    assert [tag.name for tag in LeadTag.objects.all()] == ["Relocating"]
    assert heard_tags == [("Relocating", Via.PAGE)]


def test_a_tag_that_somebody_refuses_is_not_put_on(lead):
    def refuse(**_):
        raise ValueError("not ready")

    tag_added.connect(refuse, weak=False)
    try:
        with pytest.raises(ValueError, match="not ready"):
            add_tag(lead=lead, name="Relocating", actor=lead.isa, via=Via.PAGE, at=NOW)
    finally:
        tag_added.disconnect(refuse)

    assert not LeadTag.objects.exists()


def test_a_tag_taken_off_can_be_put_on_again(lead, heard_tags):
    add_tag(lead=lead, name="Relocating", actor=lead.isa, via=Via.PAGE, at=NOW)

    assert remove_tag(lead=lead, name="RELOCATING", actor=lead.isa, at=NOW)
    assert not remove_tag(lead=lead, name="RELOCATING", actor=lead.isa, at=NOW)
    add_tag(lead=lead, name="Relocating", actor=lead.isa, via=Via.PAGE, at=NOW)

    assert len(heard_tags) == 2


def test_a_note_taken_off_stays_in_the_story(lead):
    note = add_note(lead=lead, text="Prefers texts", author=lead.isa, at=NOW)

    remove_note(note=note, actor=lead.isa, at=NOW)

    assert not lead.person_notes.exists()
    told = Activity.objects.filter(lead=lead, kind="note").values_list("summary", flat=True)
    assert set(told) == {"Prefers texts", "Note removed: Prefers texts"}


@pytest.mark.parametrize("change", ["update", "delete"])
def test_the_story_cannot_be_rewritten(lead, change):
    entry = record(lead=lead, kind="note", summary="Prefers texts", at=NOW)

    with pytest.raises(DatabaseError), transaction.atomic():
        Activity.objects.filter(pk=entry.pk).update(summary="x") if change == "update" else entry.delete()

    entry.refresh_from_db()
    assert entry.summary == "Prefers texts"


def test_a_long_summary_is_cut_rather_than_refused(lead):
    assert len(record(lead=lead, kind="note", summary="é" * 2000, at=NOW).summary) == 500


def task_for(member, key="k1", **fields):
    return add_task(key=key, assignee=member, title="Call", kind="todo", at=NOW, due_at=NOW, **fields)


def test_one_cause_is_one_task(isa):
    assert task_for(isa) == task_for(isa)


def test_a_task_of_a_lead_leads_there(lead):
    assert task_for(lead.isa, lead=lead).link == lead.get_absolute_url()


def test_a_task_is_ticked_off_once_and_back(isa):
    task = task_for(isa)

    assert finish_task(task=task, at=NOW)
    assert not finish_task(task=task, at=NOW)
    assert reopen_task(task=task)
    assert not reopen_task(task=task)


def test_all_tasks_of_one_cause_end_together(isa):
    for key in ("handoff/1|a", "handoff/1|b", "handoff/10|a"):
        task_for(isa, key=key)

    assert finish_tasks(key_prefix="handoff/1|", at=NOW) == 2


def test_a_collaborator_sees_the_lead_and_is_attached_once(lead, agent):
    assert lead not in Lead.objects.visible_to(agent)

    collaborate(lead=lead, membership=agent, reason="handoff", at=NOW)
    collaborate(lead=lead, membership=agent, reason="again", at=NOW)

    assert lead in Lead.objects.visible_to(agent)
    assert Collaborator.objects.get().reason == "handoff"


def test_an_owner_changes_once(lead, agent):
    for _ in range(2):
        give_lead(lead=lead, to=agent, at=NOW, summary="Handed to Jordan Sample")

    lead.refresh_from_db()
    assert (lead.owner, lead.isa == agent) == (agent, False)
    assert Activity.objects.filter(lead=lead, kind="owner").count() == 1


def test_nobody_of_another_team_becomes_the_owner(lead, stranger):
    with pytest.raises(ForeignOwner):
        give_lead(lead=lead, to=stranger, at=NOW, summary="Taken")
