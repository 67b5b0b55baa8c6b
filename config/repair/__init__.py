"""The admin put together: every model there is, the audit, and the promises."""
