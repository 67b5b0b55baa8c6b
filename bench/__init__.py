"""Measurements: every figure beside a limit of the same machine, taken in the same run."""
