"""The pages of a handoff, one module for each."""
