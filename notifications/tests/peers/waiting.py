"""Waiting for what a peer is sent."""

from __future__ import annotations

import threading
import time
from typing import Any

import pytest


def wait_until(is_so: Any, seconds: float, wanted: str) -> None:
    """Return once it is so. Fails if that takes too long."""
    until = time.monotonic() + seconds
    while not is_so():
        if time.monotonic() > until:
            pytest.fail(f"Waited {seconds} s for {wanted}.")
        threading.Event().wait(0.01)
