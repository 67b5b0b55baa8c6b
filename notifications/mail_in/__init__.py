"""Mails that come in: kept as they came, read apart, and applied from what was kept, each once."""
