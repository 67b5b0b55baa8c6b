"""What the log says, as production writes it: the real formatter, one JSON object a line."""

from __future__ import annotations

import io
import json
import logging
from collections.abc import Iterator
from contextlib import contextmanager
from typing import Any

from config.settings.logs import logging_config


class Lines:
    """The lines said so far."""

    def __init__(self) -> None:
        self.stream = io.StringIO()

    @property
    def text(self) -> str:
        return self.stream.getvalue()

    def all(self) -> list[dict[str, Any]]:
        return [json.loads(line) for line in self.text.splitlines()]

    def of(self, event: str) -> list[dict[str, Any]]:
        return [line for line in self.all() if line["event"] == event]


@contextmanager
def listening() -> Iterator[Lines]:
    """Write everything that is logged meanwhile as JSON, beside what is set up already."""
    described = dict(logging_config(as_json=True)["formatters"]["line"])
    factory = described.pop("()")
    lines = Lines()
    handler = logging.StreamHandler(lines.stream)
    handler.setFormatter(factory(**described))
    root = logging.getLogger()
    was = root.level
    root.addHandler(handler)
    root.setLevel(logging.INFO)
    try:
        yield lines
    finally:
        root.removeHandler(handler)
        root.setLevel(was)
