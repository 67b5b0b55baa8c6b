"""The project put together: settings, addresses, the task queue, and the launcher. It decides nothing of the domain."""
