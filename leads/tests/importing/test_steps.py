"""The machine's part: resumed after a kill, done once however often it is tried, nobody else's."""

from datetime import timedelta

import pytest
from django.db import transaction

from leads.importing import conducting, steps, work
from leads.models import ImportRow, ImportStep, Lead, Task
from leads.models.imports import ImportStatus
from leads.tests.factories import NOW
from leads.tests.importing.bringing import bring, fresh, table, tried
from leads.tests.importing.bringing import work as keep_steps
from notifications.promises import claims
from notifications.promises.drains import drain, keep
from notifications.promises.owed import State

pytestmark = pytest.mark.django_db

ROWS = table(["Name", "Phone"], *[[f"N{n}", f"51255501{n:02}"] for n in range(40)])


class Killed(BaseException):
    """What a kill -9 looks like from inside: nothing after it runs."""


@pytest.fixture
def small(monkeypatch):
    """Chunks of seven rows, and steps of one chunk."""
    monkeypatch.setattr(work, "READ_AT_ONCE", 7)
    monkeypatch.setattr(work, "WRITTEN_AT_ONCE", 7)
    monkeypatch.setattr(steps, "SHARE", 0.0)


def let_leases_pass():
    ImportStep.objects.exclude(lease_until=None).update(lease_until=NOW - timedelta(days=400))


def deaths_until_done():
    """Let one process after another work until it is killed; how many were."""
    for deaths in range(20):
        try:
            drain(ImportStep, at=NOW + timedelta(minutes=deaths))
        except Killed:
            let_leases_pass()
        else:
            return deaths
    return -1


def test_each_step_does_a_share_and_owes_the_next(boss, small):
    of = tried(boss, ROWS)

    assert of.status == ImportStatus.CHECKED
    assert of.rows_total == 40
    owed = ImportStep.objects.filter(of=of).exclude(number=0)
    assert owed.count() > 8
    assert set(owed.values_list("state", flat=True)) == {State.DONE}


def test_a_kill_before_the_commit_of_a_chunk_loses_no_row_and_doubles_none(boss, small, monkeypatch):
    of = tried(boss, ROWS)
    conducting.start(of=of, at=NOW)
    kills = iter([True, False, True, True, False, True])
    noted = work._note

    def dying(now, plans):
        noted(now, plans)
        if next(kills, False):
            raise Killed

    monkeypatch.setattr(work, "_note", dying)

    assert deaths_until_done() == 4
    assert fresh(of).status == ImportStatus.DONE
    assert fresh(of).counts == {"create": 40}
    assert Lead.objects.count() == 40
    assert not ImportRow.objects.filter(of=of, lead=None).exists()


@pytest.mark.django_db(transaction=True)
def test_a_kill_after_the_commit_of_a_chunk_goes_on_behind_it(boss, small, monkeypatch):
    of = tried(boss, ROWS)
    conducting.start(of=of, at=NOW)
    kills = iter([True, True, False, True])
    moved = steps.moved

    def dying(in_hand, now, names):
        moved(in_hand, now, names)
        if next(kills, False):
            transaction.on_commit(die)

    def die():
        raise Killed

    monkeypatch.setattr(work, "moved", dying)

    assert deaths_until_done() == 3
    assert fresh(of).counts == {"create": 40}
    assert Lead.objects.count() == 40


def test_a_kill_while_the_file_is_read_goes_on_behind_the_last_row(boss, small, monkeypatch):
    of = bring(boss, ROWS)
    conducting.set_columns(
        of=of, columns=["name", "phone"], on_duplicate="skip", on_unknown="leave", isa=None, tag="", at=NOW
    )
    (step,) = claims.claim_due(ImportStep, at=NOW, limit=1)
    steps.go_on(step)  # it dies before it can say that it is done
    assert ImportRow.objects.count() in {7, 14}
    let_leases_pass()

    keep_steps()

    assert list(ImportRow.objects.order_by("number").values_list("number", flat=True)) == list(range(2, 42))
    assert fresh(of).counts == {"create": 40}


def test_a_step_that_was_done_may_be_done_again(boss, small):
    of = tried(boss, ROWS)
    conducting.start(of=of, at=NOW)
    (step,) = claims.claim_due(ImportStep, at=NOW, limit=1)
    steps.go_on(step)
    steps.go_on(step)
    steps.go_on(step)

    assert ImportStep.objects.filter(of=of, number=step.number + 1).count() == 1
    keep_steps()
    assert steps.go_on(step) == "No longer needed."
    assert Lead.objects.count() == 40
    assert fresh(of).counts == {"create": 40}


def test_who_works_on_an_old_cursor_writes_nothing(boss, small):
    of = tried(boss, ROWS)
    conducting.start(of=of, at=NOW)
    slow = fresh(of)
    work.run(fresh(of), NOW, lambda: bool(Lead.objects.count()))
    assert Lead.objects.count() == 7

    work.run(slow, NOW, lambda: False)

    assert Lead.objects.count() == 7


def test_a_step_that_fails_for_good_is_somebodys_task_and_can_be_tried_again(boss, small, monkeypatch):
    of = tried(boss, ROWS)
    conducting.start(of=of, at=NOW)
    step = ImportStep.objects.filter(of=of).order_by("-number").first()
    ImportStep.objects.filter(pk=step.pk).update(crashes=9)
    (step,) = claims.claim_due(ImportStep, at=NOW, limit=1)
    keep(step, clock=lambda: NOW)

    assert conducting.failed_step(fresh(of)) == step
    task = Task.objects.get(kind="given_up")
    assert (task.assignee, task.link) == (boss, of.get_absolute_url())
    assert task.title == "Import of leads failed"

    assert conducting.try_again(of=fresh(of), at=NOW)
    keep_steps()
    assert fresh(of).status == ImportStatus.DONE
    assert not Task.objects.open().exists()


def test_two_imports_take_turns(boss, small):
    one, two = bring(boss, ROWS), bring(boss, ROWS.replace("N", "M"))
    for place, of in enumerate((one, two)):
        conducting.set_columns(
            of=of,
            columns=["name", "phone"],
            on_duplicate="skip",
            on_unknown="leave",
            isa=None,
            tag="",
            at=NOW + timedelta(milliseconds=place),
        )
    order = []
    for _ in range(6):
        claimed = claims.claim_due(ImportStep, at=NOW + timedelta(seconds=1), limit=1)
        order += [step.of_id for step in claimed]
        for step in claimed:
            keep(step, clock=lambda: NOW)

    assert set(order[:2]) == {one.pk, two.pk}
    assert set(order[2:4]) == {one.pk, two.pk}
