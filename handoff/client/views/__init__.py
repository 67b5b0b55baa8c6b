"""The client's pages."""

from handoff.client.views.ending import call, cancel
from handoff.client.views.page import appointment, calendar_file, confirm, photo
from handoff.client.views.times import times

__all__ = ["appointment", "calendar_file", "call", "cancel", "confirm", "photo", "times"]
