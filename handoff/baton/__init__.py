"""The board: every open handoff now, by what may let it drop."""
