"""Template tags of the handoff's pages."""
