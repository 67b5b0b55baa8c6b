"""What the queue itself can do on this machine: the limit beside which handoffs are held."""

from __future__ import annotations

import socket
import time
from dataclasses import dataclass

from bench.figures import percentile
from bench.noop import noop

PATIENCE = 30.0  # seconds without any answer, after which the measurement is given up


@dataclass(frozen=True, slots=True)
class QueueLimit:
    """Enqueue -> start of a task that does nothing (p95, seconds), and how many such tasks a second."""

    delay_p95: float
    per_second: float


def measure_queue(*, one_by_one: int = 200, at_once: int = 2000) -> QueueLimit:
    """Measure with a worker that is running already."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as ear:
        ear.setsockopt(socket.SOL_SOCKET, socket.SO_RCVBUF, 1 << 22)
        ear.bind(("127.0.0.1", 0))
        ear.settimeout(PATIENCE)
        delays = [_ring(ear) for _ in range(one_by_one)][one_by_one // 10 :]
        began = time.monotonic()
        for _ in range(at_once):
            noop.delay(ear.getsockname()[1], time.monotonic())
        for _ in range(at_once):
            ear.recv(64)
        return QueueLimit(percentile(delays, 95), at_once / (time.monotonic() - began))


def _ring(ear: socket.socket) -> float:
    noop.delay(ear.getsockname()[1], time.monotonic())
    return float(ear.recv(64))
