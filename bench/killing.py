"""Processes of the product killed at random while they work, and started anew."""

from __future__ import annotations

import random
import threading
import time
from collections import Counter
from collections.abc import Callable, Sequence
from dataclasses import dataclass, field

from config.tests.fleet import Fleet

BETWEEN_KILLS = 4.0  # seconds, on average: long enough for the new process to be at work


@dataclass(slots=True)
class Killer:
    """Kills these with SIGKILL, again and again, and starts them anew."""

    fleet: Fleet
    names: Sequence[str]
    kills: Counter[str] = field(default_factory=Counter)

    def while_doing(self, work: Callable[[], object], *, chance: random.Random) -> None:
        """Do the work in a thread, and kill meanwhile: the kernel ties children to the thread that forked them."""
        working = threading.Thread(target=work)
        working.start()
        while working.is_alive():
            time.sleep(chance.uniform(0.5, 1.5) * BETWEEN_KILLS)
            self.step(chance)
        working.join()

    def step(self, chance: random.Random) -> None:
        """Kill one and start it again."""
        name = chance.choice(self.names)
        self.fleet.kill(name)
        self.kills[name] += 1
        self.fleet.start(name)
