"""What a client sees of their appointment, by a signed link and without an account."""
