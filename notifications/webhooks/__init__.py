"""What others tell us unasked."""
