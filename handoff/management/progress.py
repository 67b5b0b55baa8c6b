"""How far a long command has come, on one line of a terminal."""

from __future__ import annotations

import time
from typing import Any, Final

WIDTH: Final = 30


class Progress:
    """Draws a bar with what is left of the time, where somebody is looking; elsewhere it says nothing."""

    def __init__(self, whole: int, *, of: str, out: Any) -> None:
        self._whole, self._of, self._out = whole, of, out
        self._began = time.monotonic()

    def __call__(self, done: int) -> None:
        """Draw so many of the whole."""
        if not self._out.isatty():
            return
        share = min(done / self._whole, 1.0)
        took = time.monotonic() - self._began
        left = f", {took / share - took:.0f} s left" if 0 < share < 1 else ""
        bar = "#" * round(WIDTH * share)
        line = f"\r[{bar:<{WIDTH}}] {share:4.0%} {done:,} {self._of}, {done / max(took, 0.001):,.0f}/s{left}"
        self._out.write(f"{line:<100}", ending="\n" if share >= 1 else "")
        self._out.flush()
