"""Agents' own calendars: when they are busy, read from the feeds they name. Of an event only its times are kept."""
