"""The demo outbox: what would have left the building, to look at. Only in demo and development."""
