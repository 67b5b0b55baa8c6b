"""Reading a feed: fetch, read apart, keep the stretches. One that fails changes nothing of what is known, and is told.

Every reading is a promise, kept by the sweep. Kept or not it falls due again, later the longer it has failed.
"""

from __future__ import annotations

import hashlib
import random
import re
from datetime import datetime, timedelta

from django.db import transaction

from handoff.busy.apart import read_apart
from handoff.busy.calendar_file import NotACalendar
from handoff.busy.stretches import stretches
from handoff.busy.telling import answered, tell_unread
from handoff.busy.times import BusyTimes
from handoff.clock import moment
from handoff.models import Appointment, BusyFeed, BusySpan, FeedReading
from notifications.fetching import Page, TooMuch, fetch
from notifications.outbound import Forbidden, Unreachable
from notifications.promises.owed import State
from notifications.promises.registry import Ending, register, rows
from notifications.wording import one_line

EVERY = timedelta(minutes=15)
AT_MOST = timedelta(hours=6)  # between two tries, however long it has failed
JITTER = 0.2
LARGEST = 10_000_000  # bytes, unpacked
#: Events are known so far back and ahead; a day back, as the day of somebody in the west is still yesterday.
BEHIND, AHEAD = timedelta(days=1), timedelta(days=120)
#: An unchanged calendar is laid out anew after so long: repeating events go on, and the window moves.
LAID_OUT_FOR = timedelta(hours=12)
#: So many failures in a row are told. What will not mend itself is told at once.
PATIENCE = 3

#: What a reading writes on the feed.
NOTED = (
    "etag",
    "last_modified",
    "body_mark",
    "zone",
    "laid_out_at",
    "read_at",
    "tried_at",
    "next_at",
    "failures",
    "failing_since",
    "problem",
    "remark",
)
#: The UID of an invite of ours (see ``handoff.models.appointments``).
_OUR_UID = re.compile(rb"^UID[^:\r\n]*:([0-9a-f-]{36}@baton)\s*$", re.MULTILINE)
_STAMPS = re.compile(rb"^DTSTAMP[^\r\n]*", re.MULTILINE)


class Unread(Exception):
    """The calendar was not read. ``is_final``: only its owner can mend it. ``wait``: as the other side asked."""

    def __init__(self, why: str, *, is_final: bool = False, wait: timedelta | None = None) -> None:
        super().__init__(why)
        self.is_final = is_final
        self.wait = wait


def read_feed(owed: FeedReading) -> str:
    """Keep the promise. Harmless twice. What went wrong stands on the feed, and the answer says it."""
    feed = BusyFeed.objects.select_related("person").get(pk=owed.feed_id)
    at = owed.started_at or owed.due_at
    try:
        page = _fetched(feed, at)
        if page is None or _is_as_before(feed, page, at):
            return _note_unchanged(feed, page, at)
        begins, ends = at - BEHIND, at + AHEAD
        found = read_apart(page.body, zone=feed.person.zone, begins=begins, ends=ends, ours=_ours(page.body))
    except Unread as problem:
        return _note_failure(feed, problem, at)
    except NotACalendar as problem:
        return _note_failure(feed, Unread(str(problem), is_final=True), at)
    return _note_found(feed, page, found, at)


def _fetched(feed: BusyFeed, at: datetime) -> Page | None:
    """Return what the other side has; None if it says that nothing has changed."""
    headers = {"Accept": "text/calendar, */*;q=0.5"}
    if _is_laid_out(feed, at):
        headers |= {"If-None-Match": feed.etag} if feed.etag else {}
        headers |= {"If-Modified-Since": feed.last_modified} if feed.last_modified else {}
    try:
        page = fetch(feed.url, most=LARGEST, headers=headers)
    except (Forbidden, TooMuch) as refusal:
        raise Unread(str(refusal), is_final=True) from refusal
    except Unreachable as problem:
        raise Unread(str(problem)) from problem
    if page.status == 304 and len(headers) > 1:
        return None
    if page.status in {401, 403, 404, 410}:
        why = f"The address does not work any more ({page.status}): make a new secret address there, and add that."
        raise Unread(why, is_final=True)
    if page.status != 200:
        raise Unread(f"{feed.host} answered with an error ({page.status}).", wait=page.retry_after)
    return page


def _is_laid_out(feed: BusyFeed, at: datetime) -> bool:
    """Whether an unchanged calendar would give what is known already."""
    if feed.laid_out_at is None or feed.failures:
        return False
    return at - feed.laid_out_at < LAID_OUT_FOR and feed.zone == feed.person.zone


def _is_as_before(feed: BusyFeed, page: Page, at: datetime) -> bool:
    return _is_laid_out(feed, at) and feed.body_mark == _mark(page.body)


def _mark(body: bytes) -> str:
    """Return a digest of the calendar; Google stamps every event with the time of asking, which says nothing."""
    return hashlib.sha256(_STAMPS.sub(b"", body)).hexdigest()


def _ours(body: bytes) -> set[str]:
    """Return the UIDs of appointments that Baton made: their time is known better here, moved or cancelled too."""
    named = {uid.decode("ascii") for uid in _OUR_UID.findall(body)}
    return set(Appointment.objects.filter(uid__in=named).values_list("uid", flat=True))


def _note_found(feed: BusyFeed, page: Page, found: BusyTimes, at: datetime) -> str:
    kept = stretches(found.spans)
    with transaction.atomic():
        if not _locked(feed):
            return "The calendar was removed meanwhile."
        BusySpan.objects.filter(feed=feed).delete()
        BusySpan.objects.bulk_create(
            (
                BusySpan(feed=feed, person_id=feed.person_id, starts_at=moment(begins), ends_at=moment(ends))
                for begins, ends in kept
            ),
            batch_size=1000,
        )
        feed.laid_out_at, feed.zone, feed.body_mark = at, feed.person.zone, _mark(page.body)
        feed.remark = _remark(found)
        _note_read(feed, page, at)
    return f"{found.events} events"


def _note_unchanged(feed: BusyFeed, page: Page | None, at: datetime) -> str:
    with transaction.atomic():
        if _locked(feed):
            _note_read(feed, page, at)
    return "Nothing has changed"


def _note_read(feed: BusyFeed, page: Page | None, at: datetime) -> None:
    if page is not None:
        feed.etag = page.headers.get("etag", "")[:300]
        feed.last_modified = page.headers.get("last-modified", "")[:100]
    feed.read_at = feed.tried_at = at
    feed.failures, feed.failing_since, feed.problem = 0, None, ""
    feed.next_at = at + _spread(EVERY)
    feed.save(update_fields=NOTED)
    answered(feed, at=at)


def _note_failure(feed: BusyFeed, problem: Unread, at: datetime) -> str:
    with transaction.atomic():
        if not _locked(feed):
            return "The calendar was removed meanwhile."
        feed.tried_at, feed.failures = at, feed.failures + 1
        feed.failing_since = feed.failing_since or at
        feed.problem = one_line(str(problem), 300)
        wait = min(EVERY * float(1 << min(feed.failures - 1, 10)), AT_MOST)
        feed.next_at = at + _spread(max(wait, problem.wait or timedelta()))
        feed.save(update_fields=NOTED)
        if problem.is_final or feed.failures >= PATIENCE:
            tell_unread(feed, at=at)
    return feed.problem


def _locked(feed: BusyFeed) -> bool:
    """Hold the feed until the transaction ends; False if it was removed meanwhile."""
    return BusyFeed.objects.select_for_update().filter(pk=feed.pk).exists()


def _remark(found: BusyTimes) -> str:
    said = []
    if found.unread:
        said.append(f"{found.unread} event{'s' if found.unread > 1 else ''} could not be read and block nothing.")
    if found.throughout:
        said.append(f"{found.throughout} repeating too often to follow count as busy all through.")
    if found.unknown_zones:
        said.append(f"Unknown time zones are read by your own clock: {', '.join(found.unknown_zones)}.")
    return one_line(" ".join(said), 300)


def _spread(wait: timedelta) -> timedelta:
    return wait * random.uniform(1 - JITTER, 1 + JITTER)  # noqa: S311 - it spreads load, it keeps no secret


def _fall_due_again(owed: FeedReading, ending: Ending) -> None:
    """Arm the promise anew, in the transaction that marks it. A reading that died five times waits the longest."""
    if ending.state == State.WAITING:
        return
    next_at = BusyFeed.objects.filter(pk=owed.feed_id).values_list("next_at", flat=True).first()
    due_at = next_at if next_at and ending.state == State.DONE else ending.at + AT_MOST
    again = {
        "state": State.WAITING,
        "due_at": due_at,
        "attempts": 0,
        "crashes": 0,
        "done_at": None,
        "deadline_at": None,
    }
    rows(FeedReading).filter(pk=owed.pk, fence=owed.fence).update(**again)


register(FeedReading, read_feed, on_end=_fall_due_again, threads=2)
