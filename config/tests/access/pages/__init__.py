"""The access map of pages: every address, its methods, who may, and what it names. Agents reach their own alone.

A new page is a new row; ``test_map.py`` fails until it is here. What each named thing is, and whose, is in
``things``.
"""

from __future__ import annotations

from itertools import chain

from config.tests.access.pages.account import ACCOUNT, MACHINES
from config.tests.access.pages.handoff import HANDOFFS
from config.tests.access.pages.leads import DRIPS, IMPORTS, LEADS
from config.tests.access.pages.notifications import NOTIFICATIONS
from config.tests.access.pages.teams import SETTINGS, TEAMS
from config.tests.access.rows import Page

#: The rows by chapter; a test asks a chapter at a time.
CHAPTERS: dict[str, list[Page]] = {
    name: list(chain.from_iterable(rows))
    for name, rows in {
        "leads": LEADS,
        "drips": DRIPS,
        "imports": IMPORTS,
        "handoff": HANDOFFS,
        "notifications": NOTIFICATIONS,
        "teams": TEAMS,
        "settings": SETTINGS,
        "account": ACCOUNT,
        "machines": MACHINES,
    }.items()
}
PAGES: list[Page] = list(chain.from_iterable(CHAPTERS.values()))
