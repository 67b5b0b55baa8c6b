"""Telling open pages at once: frames from the rows of ``pushing.push``, over a stream or by asking every few seconds.

A frame says that something changed and which thing, never what it says: the page asks, and is checked as ever.
"""
