"""The order of the tests: what takes longest begins first, so that no worker ends minutes after the others."""

from __future__ import annotations

import pytest

#: They start the product or drive a browser. Each file of them keeps a worker for up to minutes.
LONG = ("journey", "launcher")


@pytest.hookimpl(trylast=True)  # after pytest-django's order, which puts what commits, and so all of these, last
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    items.sort(key=lambda item: not any(item.get_closest_marker(name) for name in LONG))
