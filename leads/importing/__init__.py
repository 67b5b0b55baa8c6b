"""Bringing leads in from a file: read it, say what its columns mean, try every row, import, undo."""
