"""Whom a team talks to, and all that is known of them."""
