"""Worker, Redis, sweep and event process are killed in the middle of a ladder: it goes on, and rings nobody twice."""

from __future__ import annotations

import pytest
from django.utils import timezone

from config.tests.ladders import make_desk, rung_twice, rungs_of, seconds_late, still_rings
from config.tests.world import wait_for
from handoff.states import RingStatus, TransferStatus
from leads.models import Task
from notifications.tests.streaming import Reader, a_ticket

pytestmark = pytest.mark.launcher

SECONDS = 5  # of a rung
LIMIT = 60.0  # seconds on a busy machine; how late a rung really is, the storm measures


def test_each_part_killed_in_its_rung_the_next_one_rings_all_the_same(fleet, smtp_server):
    desk = make_desk(agents=3, seconds=SECONDS)
    fleet.start("redis", "worker", "sweep", "events")
    transfer = desk.request(at=timezone.now())
    third = a_ticket(desk.agents[2])

    def rings(rung: int) -> None:
        wait_for(lambda: len(rungs_of(transfer)) >= rung, seconds=LIMIT, what=f"rung {rung}")

    fleet.kill("worker")
    rings(2)
    fleet.kill("sweep")
    fleet.start("sweep")
    fleet.kill("redis")
    fleet.kill("events")
    rings(3)
    fleet.start("events", "worker")
    with Reader(fleet.events_url, ticket=third, after=0) as page:
        frames = iter(page.frame, None)  # among them that she went on call
        assert next(str(frame["ref"]) for frame in frames if frame["topic"] == "ring") == str(transfer.pk)
    fleet.kill("sweep")
    fleet.kill("worker")
    fleet.start("sweep")
    rings(4)
    wait_for(lambda: not still_rings(transfer), seconds=LIMIT, what="the end of the last rung")

    print(f"later than its time: {', '.join(f'{late:.2f} s' for late in seconds_late(transfer))}")
    everybody = [member.pk for member in desk.agents]
    assert rungs_of(transfer) == [*([pk] for pk in everybody), everybody]
    assert min(seconds_late(transfer)) >= 0
    assert rung_twice(transfer, smtp_server) == []
    transfer.refresh_from_db()
    assert transfer.status == TransferStatus.EXPIRED
    assert set(transfer.rings.values_list("status", flat=True)) == {RingStatus.MISSED}
    assert Task.objects.open().filter(lead=transfer.lead, assignee=desk.isa).count() == 1
