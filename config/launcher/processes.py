"""Programs as children that cannot outlive us: own process groups, ended in reverse order, restarted when they die."""

import contextlib
import ctypes
import os
import signal
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Self

from config.launcher.accounts import Account

PR_SET_PDEATHSIG = 1  # linux/prctl.h
LOG_LIMIT = 5_000_000  # bytes; a longer log is set aside when its program starts
CRASHES_ALLOWED = 5  # within CRASH_WINDOW; after that, starting again is pointless
CRASH_WINDOW = 60.0  # seconds

_libc = ctypes.CDLL(None) if sys.platform == "linux" else None


class LaunchError(Exception):
    """Something that a person must put right; its text is all they are shown."""


class EndRequested(BaseException):
    """Ctrl-C or SIGTERM. Not an Exception, so that nothing on the way swallows it."""


@dataclass(frozen=True)
class Program:
    """What to start and how to end it."""

    name: str
    command: Sequence[str | Path]
    env: Mapping[str, str]
    log: Path
    account: Account | None = None
    stop_signal: signal.Signals = signal.SIGTERM
    patience: float = 10.0  # seconds between the stop signal and SIGKILL
    cwd: Path = Path("/")
    inherited: tuple[int, ...] = ()  # open file descriptors that the program is to have


@dataclass
class Running:
    """A program and its present process."""

    program: Program
    process: subprocess.Popen[bytes]
    crashes: list[float] = field(default_factory=list)
    due_at: float | None = None  # monotonic time of the next start, while it is down


def die_with_parent(number: signal.Signals) -> Callable[[], None]:
    """Return what a child runs before exec, so that it gets this signal when we die, by kill -9 too.

    The kernel forgets the wish when a process changes its user, so this has to run after that; subprocess does.
    """
    parent = os.getpid()

    def ask_the_kernel() -> None:
        if _libc is not None:
            _libc.prctl(PR_SET_PDEATHSIG, number, 0, 0, 0)
            if os.getppid() != parent:  # we died between fork and here
                os._exit(1)

    return ask_the_kernel


def spawn(program: Program) -> subprocess.Popen[bytes]:
    """Start a program. Only the main thread may: the kernel ties the death signal to the thread that forked."""
    _set_long_log_aside(program.log)
    who = program.account
    with program.log.open("ab") as log:
        return subprocess.Popen(
            [str(part) for part in program.command],
            env=dict(program.env),
            cwd=program.cwd,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
            pass_fds=program.inherited,
            preexec_fn=die_with_parent(program.stop_signal),  # noqa: PLW1509 - we have one thread
            user=who.uid if who else None,
            group=who.gid if who else None,
            extra_groups=[] if who else None,
        )


def _set_long_log_aside(log: Path) -> None:
    if log.exists() and log.stat().st_size > LOG_LIMIT:
        log.replace(log.with_suffix(".old.log"))


def signal_group(process: subprocess.Popen[bytes], number: signal.Signals) -> None:
    """Signal a process and all that it started."""
    with contextlib.suppress(ProcessLookupError, PermissionError):
        os.killpg(process.pid, number)


def end(*running: Running) -> None:
    """Ask all of these to end at once, wait for each as long as its patience goes, then kill what is left of it."""
    for each in running:
        if each.process.poll() is None:
            with contextlib.suppress(ProcessLookupError):
                each.process.send_signal(each.program.stop_signal)
    for each in running:
        with contextlib.suppress(subprocess.TimeoutExpired):
            each.process.wait(timeout=each.program.patience)
        signal_group(each.process, signal.SIGKILL)
        each.process.wait()


class Family:
    """All the children of one launch. Leaving the ``with`` block ends them, the last started first."""

    def __init__(self) -> None:
        self.layers: list[list[Running]] = []

    def __enter__(self) -> Self:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, _raise_end_requested)
        return self

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGINT, signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_IGN)
        for layer in reversed(self.layers):
            end(*layer)

    def start(self, *programs: Program, beside: list[Running] | None = None) -> list[Running]:
        """Start programs that do not depend on each other nor on those beside them: all are ended together."""
        layer = [] if beside is None else beside
        if beside is None:
            self.layers.append(layer)
        layer.extend(Running(program, spawn(program)) for program in programs)
        return layer

    def run(self, command: Sequence[str | Path], *, env: Mapping[str, str], cwd: Path) -> int:
        """Run a command in the foreground of our terminal, and return its exit code."""
        process = subprocess.Popen(
            [str(part) for part in command],
            env=dict(env),
            cwd=cwd,
            preexec_fn=die_with_parent(signal.SIGTERM),  # noqa: PLW1509 - we have one thread
        )
        try:
            return process.wait()
        except EndRequested:
            process.send_signal(signal.SIGINT)
            with contextlib.suppress(subprocess.TimeoutExpired):
                process.wait(timeout=10)
            process.kill()
            process.wait()
            raise

    def finish(self, program: Program) -> int:
        """Run a program to its end, its output going to its log, and return its exit code."""
        (running,) = self.start(program)
        code = running.process.wait()
        self.layers.pop()
        return code

    def watch(self, *, beat: float = 0.2) -> None:
        """Start again what dies, later each time, until somebody asks us to end or a program cannot stay up."""
        while True:
            for layer in self.layers:
                for running in layer:
                    _look_after(running)
            time.sleep(beat)


def _look_after(running: Running) -> None:
    now = time.monotonic()
    if running.due_at is not None:
        if now >= running.due_at:
            running.due_at = None
            running.process = spawn(running.program)
    elif (code := running.process.poll()) is not None:
        signal_group(running.process, signal.SIGKILL)
        running.crashes = [*(at for at in running.crashes if now - at < CRASH_WINDOW), now]
        if len(running.crashes) > CRASHES_ALLOWED:
            raise LaunchError(f"{running.program.name} does not stay up.\n{tail(running.program.log)}")
        wait = float(2 ** (len(running.crashes) - 1))
        running.due_at = now + wait
        print(f"{running.program.name} ended by itself ({code}); starting it again in {wait:.0f} s.", flush=True)


def tail(log: Path, *, lines: int = 15) -> str:
    """Return the end of a log, for a message."""
    text = log.read_text(errors="replace") if log.exists() else ""
    return f"The end of {log}:\n" + "\n".join(text.splitlines()[-lines:])


def _raise_end_requested(number: int, _: object) -> None:
    raise EndRequested(signal.Signals(number).name)
