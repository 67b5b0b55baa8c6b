"""After the handoff: the client signs, goes under contract, closes."""
