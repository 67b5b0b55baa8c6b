"""A history of whose causes the truth is known."""

from __future__ import annotations

from handoff.tests.history.conftest import history

__all__ = ["history"]
