"""Copies of the whole product, started and ended as a person would."""

import os
import re
import shutil
import signal
import subprocess
import sys
import time
import urllib.request
from pathlib import Path

from config.launcher.places import PROJECT

PATIENCE = 300.0  # seconds; a busy machine with two cores may take its time
GIVEN = ("DATABASE_URL", "REDIS_URL", "EMAIL_URL", "DJANGO_SETTINGS_MODULE", "PYTEST_XDIST_WORKER", "HOST", "PORT")


class Copy:
    """One ``run.py`` with a DATA_DIR of its own, on a port that is free."""

    def __init__(self, data: Path, *, port: int = 0, output: Path | None = None, arguments: tuple[str, ...] = ()):
        self.data = data
        self.output = output or data.with_name(f"{data.name}.out")
        self.began = time.monotonic()
        env = {name: value for name, value in os.environ.items() if name not in GIVEN}
        with self.output.open("w") as written:
            self.process = subprocess.Popen(
                [sys.executable, PROJECT / "run.py", *arguments],
                env={**env, "DATA_DIR": str(data), "PORT": str(port)},
                stdin=subprocess.DEVNULL,
                stdout=written,
                stderr=written,
            )

    def wait_until_ready(self) -> float:
        """Wait for its word that it is ready, and return the seconds it took."""
        while not self.says("is ready on"):
            assert self.process.poll() is None, self.output.read_text()
            assert time.monotonic() - self.began < PATIENCE, self.output.read_text()
            time.sleep(0.05)
        return time.monotonic() - self.began

    def says(self, words: str) -> bool:
        return words in self.output.read_text()

    @property
    def url(self) -> str:
        found = re.search(r"is ready on (http://\S+)", self.output.read_text())
        assert found, self.output.read_text()
        return found[1]

    def get(self, path: str) -> tuple[int, bytes]:
        with urllib.request.urlopen(self.url + path, timeout=10) as answer:
            return answer.status, answer.read()

    def end(self, number: signal.Signals = signal.SIGTERM) -> int:
        self.process.send_signal(number)
        return self.process.wait(timeout=PATIENCE)

    def forget(self) -> None:
        """End it if it still runs, and remove what root had to put elsewhere."""
        if self.process.poll() is None:
            self.end()
        note = self.data / "database-is-elsewhere"
        if note.exists():
            shutil.rmtree(note.read_text().strip(), ignore_errors=True)

    def processes(self) -> dict[int, str]:
        """Return every process that has our DATA_DIR in its command or environment, but for this test's own."""
        mark = os.fsencode(self.data)
        found = {}
        for folder in Path("/proc").glob("[0-9]*"):
            try:
                command = (folder / "cmdline").read_bytes()
                if mark in command + (folder / "environ").read_bytes():
                    found[int(folder.name)] = command.replace(b"\0", b" ").decode(errors="replace")
            except OSError:
                continue
        return found

    def leaves_nothing(self, *, within: float) -> dict[int, str]:
        """Wait until no process is left, and return those that are left all the same."""
        deadline = time.monotonic() + within
        while (left := self.processes()) and time.monotonic() < deadline:
            time.sleep(0.1)
        return left

    def wait_for(self, words: str, *, within: float = 30) -> None:
        """Wait until it says so."""
        deadline = time.monotonic() + within
        while not self.says(words):
            assert time.monotonic() < deadline, self.output.read_text()
            time.sleep(0.1)
