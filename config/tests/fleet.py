"""The product's own processes, started against a given database and neighbours, to be killed at will."""

from __future__ import annotations

import os
import signal
import socket
import time
import urllib.request
from collections.abc import Mapping
from dataclasses import replace
from pathlib import Path
from typing import Self

from config.launcher import product
from config.launcher.processes import Program, Running, end, signal_group, spawn, tail
from config.launcher.valkey import Valkey

READY_LIMIT = 30.0  # seconds


class Fleet:
    """Web, worker, sweep and events, each started and ended by name. Leaving the ``with`` block ends all of them.

    So is a Redis of their own; what is started after it uses that one.
    """

    def __init__(self, *, logs: Path, env: Mapping[str, str], app: str = "config") -> None:
        self.logs, self.app = logs, app
        self.listener = socket.create_server(("127.0.0.1", 0), backlog=512)
        self.port: int = self.listener.getsockname()[1]
        self.url = f"http://127.0.0.1:{self.port}"
        self.stream = socket.socket()  # bound, so that it is ours; who connects before it listens is refused at once
        self.stream.bind(("127.0.0.1", 0))
        self.events_url = f"http://127.0.0.1:{self.stream.getsockname()[1]}"
        self.env = {
            **os.environ,
            "DJANGO_SETTINGS_MODULE": "config.settings.local",
            "SECRET_KEY": "only-for-tests",
            "SALT_KEY": "only-for-tests",
            "BASE_URL": self.url,
            "EVENTS_URL": self.events_url,
            "DATA_DIR": str(logs),
            "PYTHONUNBUFFERED": "1",
            **env,
        }
        self.running: dict[str, Running] = {}
        self.valkey = Valkey(logs, logs / "v.sock", logs / "redis.log", durable=False)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_: object) -> None:
        end(*self.running.values())
        self.listener.close()
        self.stream.close()

    def start(self, *names: str) -> Self:
        """Start some of redis, web, worker, sweep and events, and wait until redis, web and events answer."""
        for name in names:
            self.running[name] = (running := Running(program := self._program(name), spawn(program)))
            if name == "redis":
                self.valkey.wait(running.process)
                self.env["REDIS_URL"] = self.valkey.url
            if name in {"web", "events"}:
                self._wait_for(name, running, at=self.url if name == "web" else self.events_url)
        return self

    def stop(self, name: str) -> None:
        """End one process as the launcher would."""
        end(self.running.pop(name))

    def kill(self, name: str) -> None:
        """End one process and its children with SIGKILL: nothing of theirs runs any more."""
        running = self.running.pop(name)
        signal_group(running.process, signal.SIGKILL)
        running.process.wait()

    def tail(self, name: str) -> str:
        """Return the end of a process's log."""
        return tail(self.logs / f"{name}.log")

    def _program(self, name: str) -> Program:
        if name == "web":
            return product.web(self.env, self.logs, listener=self.listener.fileno())
        if name == "worker":
            program = product.worker(self.env, self.logs)
            return replace(program, command=[self.app if part == "config" else part for part in program.command])
        if name == "redis":
            return self.valkey.program()
        if name == "events":
            return product.events(self.env, self.logs, listener=self.stream.fileno())
        return product.sweep(self.env, self.logs)

    def _wait_for(self, name: str, running: Running, *, at: str) -> None:
        deadline = time.monotonic() + READY_LIMIT
        while time.monotonic() < deadline and running.process.poll() is None:
            try:
                with urllib.request.urlopen(f"{at}/healthz", timeout=2):
                    return
            except OSError:
                time.sleep(0.05)
        raise RuntimeError(f"{name} did not start. {self.tail(name)}")
