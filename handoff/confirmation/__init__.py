"""The confirmation process: the client is reminded, and a time that nobody confirmed becomes a call to make."""
