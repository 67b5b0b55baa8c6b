"""The live-transfer desk: ring the best free agents, brief the one who accepts, connect, and hand off."""
