"""Calibration: whether what the team is asked to do goes together with more held, good, signed and closed here."""
