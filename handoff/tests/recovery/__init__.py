"""After a no-show."""
