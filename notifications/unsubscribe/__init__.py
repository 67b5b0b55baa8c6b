"""The way out of mail that nobody asked for, without signing in."""
