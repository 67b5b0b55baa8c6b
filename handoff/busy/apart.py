"""Read a calendar in a process of its own: whatever the file makes it do, it ends in time, and nothing else is hurt."""

from __future__ import annotations

import json
import resource
import subprocess
import sys
from collections.abc import Collection
from contextlib import suppress
from datetime import datetime

from django.conf import settings

from handoff.busy.calendar_file import NotACalendar
from handoff.busy.times import BusyTimes
from handoff.clock import seconds

TIME_LIMIT = 25.0  # seconds, by the wall; with the fetching well within a lease
CPU_LIMIT = 12  # seconds of work
MEMORY_LIMIT = 1_500_000_000  # bytes of addresses; a file of the largest size takes a third of it


def read_apart(body: bytes, *, zone: str, begins: datetime, ends: datetime, ours: Collection[str]) -> BusyTimes:
    """Return when the owner is busy. Raises NotACalendar, also when reading takes too long."""
    arguments = {"home": zone, "begins": seconds(begins), "ends": seconds(ends), "ours": sorted(ours)}
    try:
        done = subprocess.run(  # our own module, and no shell
            [sys.executable, "-E", "-m", "handoff.busy.times"],
            input=json.dumps(arguments).encode() + b"\n" + body,
            capture_output=True,
            timeout=TIME_LIMIT,
            check=True,
            cwd=settings.BASE_DIR,
            env={},  # no secret of ours is anywhere near what strangers write
            preexec_fn=_narrow,  # setrlimit takes no lock
        )
        answer = json.loads(done.stdout)
    except (subprocess.SubprocessError, ValueError) as problem:
        raise NotACalendar("This calendar takes too long to read.") from problem
    if "problem" in answer:
        raise NotACalendar(answer["problem"])
    answer["spans"] = [(begins, ends) for begins, ends in answer["spans"]]
    return BusyTimes(**answer)


def _narrow() -> None:
    for what, most in ((resource.RLIMIT_CPU, CPU_LIMIT), (resource.RLIMIT_AS, MEMORY_LIMIT)):
        with suppress(ValueError, OSError):  # macOS knows no limit on addresses
            resource.setrlimit(what, (most, most))
