"""Keep promises in the background."""

from __future__ import annotations

import os
import signal
from types import FrameType
from typing import Any

from django.core.management.base import BaseCommand, CommandParser
from django.utils import timezone

from notifications.promises.sweeping import Sweep, sweep_once


class Command(BaseCommand):
    """Fire what is due and deliver what is owed, without Redis. Safe to run several of."""

    help = "Fires due timers and keeps due promises, until it is told to stop."

    def add_arguments(self, parser: CommandParser) -> None:
        parser.add_argument("--once", action="store_true", help="do what is due now, then end")

    def handle(self, *_: Any, once: bool, **__: Any) -> None:
        if once:
            self.stdout.write(f"{sweep_once(at=timezone.now())} done")
            return
        sweep = Sweep()

        def stop(_number: int, _frame: FrameType | None) -> None:
            sweep.stop()

        signal.signal(signal.SIGTERM, stop)
        signal.signal(signal.SIGINT, stop)
        sweep.run()
        self.stdout.flush()
        # Attempts still under way are cut off here: their leases run out, and another sweep takes them up.
        os._exit(0)
