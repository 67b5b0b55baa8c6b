"""Keeping promises: rows that say what is owed, and the one way in which they are claimed, done and marked.

This package knows no channel and no lead.
"""
