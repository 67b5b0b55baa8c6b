"""How the product can be watched: request ids, log lines, metrics, and errors told to Sentry."""
