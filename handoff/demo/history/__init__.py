"""Years of an invented team's work, written straight into the tables: as much as is asked for, the same each time.

``chances`` says what causes what, so that figures can be held against the truth that made them.
"""
