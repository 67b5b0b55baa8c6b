"""Names in the queue, and a zone in which it is another hour."""

from datetime import timedelta

HOUR = timedelta(hours=1)
HONOLULU = "Pacific/Honolulu"  # 6:00 while it is 10:00 in Chicago


def names(rows):
    return [row.lead.first_name for row in rows]
