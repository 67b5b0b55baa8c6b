import json
import os
import signal
import socket
import stat
import tempfile
import time
from dataclasses import dataclass
from pathlib import Path

import pytest

from config.tests.copies import Copy

pytestmark = pytest.mark.launcher


@dataclass
class FirstStart:
    """What was seen of two copies from their first start to their end, the second one without demo data."""

    data: Path
    empty: Path
    first_page: tuple[int, bytes]
    said_of_empty: list[bool]
    answers: list[tuple[int, bytes]]
    ready: list[dict[str, object]]
    logins: list[bool]
    exits: list[int]
    left: list[dict[int, str]]


@pytest.fixture(scope="module")
def first_start():
    """Start two copies from nothing, side by side, one empty and where no other user may pass; then end both."""
    with tempfile.TemporaryDirectory(prefix="baton-launcher-") as name:
        folder = Path(name)
        folder.chmod(0o755)
        private = folder / "nobody may pass here"
        private.mkdir(mode=0o700)
        copies = [Copy(folder / "plain"), Copy(private / "data", arguments=("--empty",))]
        try:
            seconds = [copy.wait_until_ready() for copy in copies]
            print(f"first starts, both at once: {seconds[0]:.1f} s and {seconds[1]:.1f} s")
            yield FirstStart(
                data=folder / "plain",
                empty=private / "data",
                first_page=copies[1].get("/"),
                said_of_empty=[copies[1].says(words) for words in ("the first page makes your team", "Set-up code")],
                answers=[copy.get("/healthz") for copy in copies],
                ready=[json.loads(copy.get("/readyz")[1]) for copy in copies],
                logins=[copy.says("@example.com") for copy in copies],
                exits=[copy.end(number) for copy, number in zip(copies, (signal.SIGTERM, signal.SIGINT), strict=True)],
                left=[copy.leaves_nothing(within=5) for copy in copies],
            )
        finally:
            for copy in copies:
                copy.forget()


@pytest.fixture
def again(first_start):
    """Start the first copy again, on the data that it left."""
    copy = Copy(first_start.data)
    try:
        print(f"started again in {copy.wait_until_ready():.1f} s")
        yield copy
    finally:
        copy.forget()


def test_two_copies_start_side_by_side_from_nothing(first_start):
    assert first_start.answers == [(200, b"ok")] * 2
    assert [(ready["database"], ready["broker"]) for ready in first_start.ready] == [("ok", "ok")] * 2
    assert first_start.logins == [True, False]


def test_sigterm_and_ctrl_c_leave_nothing_behind(first_start):
    assert first_start.exits == [0, 0]
    assert first_start.left == [{}, {}]


def test_a_killed_launcher_leaves_nothing_behind(again):
    assert len(again.processes()) > 5

    again.end(signal.SIGKILL)

    assert again.leaves_nothing(within=30) == {}


def test_the_keys_stay_and_are_for_their_owner_alone(again):
    keys = [again.data / name for name in ("secret_key", "salt_key")]
    before = [key.read_text() for key in keys]
    again.end()
    third = Copy(again.data)
    third.wait_until_ready()
    third.end()

    assert [key.read_text() for key in keys] == before
    assert [stat.S_IMODE(key.stat().st_mode) for key in keys] == [0o600] * 2


def test_a_program_that_dies_is_started_again_and_said_so(again):
    sweep = next(pid for pid, command in again.processes().items() if "manage.py sweep" in command)

    os.kill(sweep, signal.SIGKILL)

    again.wait_for("sweep ended by itself (-9); starting it again")
    deadline = time.monotonic() + 30
    while not any("manage.py sweep" in command for command in again.processes().values()):
        assert time.monotonic() < deadline
        time.sleep(0.1)


def test_a_second_copy_on_the_same_data_is_refused(again, tmp_path):
    second = Copy(again.data, output=tmp_path / "second.out")

    assert second.process.wait(timeout=60) == 1
    assert second.says("Another copy runs on")


def test_a_port_that_is_taken_is_told_before_anything_starts(tmp_path):
    with socket.socket() as taken:
        taken.bind(("127.0.0.1", 0))
        taken.listen()
        port = taken.getsockname()[1]

        copy = Copy(tmp_path / "data", port=port)

        assert copy.process.wait(timeout=60) == 1
        assert copy.says(f"Cannot listen on 127.0.0.1:{port}")
        assert copy.leaves_nothing(within=5) == {}


def test_a_copy_without_demo_data_begins_with_its_first_page_and_stays_so(first_start):
    status, page = first_start.first_page
    assert status == 200
    assert b"Set up your team" in page
    assert b"This is a demo" not in page
    assert first_start.said_of_empty == [True, False]

    again = Copy(first_start.empty)
    try:
        again.wait_until_ready()
        assert not again.says("@example.com")
    finally:
        again.forget()
