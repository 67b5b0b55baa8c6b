"""The worker of the bench: the product's own, and one task that does nothing, as the measure of the queue itself."""

from __future__ import annotations

import socket
import time

from config.celery import app


@app.task(name="bench.noop")
def noop(port: int, sent_at: float) -> None:
    """Tell the bench how long it took from enqueueing to here, in seconds of the machine's monotonic clock."""
    with socket.socket(socket.AF_INET, socket.SOCK_DGRAM) as teller:
        teller.sendto(f"{time.monotonic() - sent_at:.6f}".encode(), ("127.0.0.1", port))
