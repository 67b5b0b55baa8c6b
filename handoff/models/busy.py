"""Agents' own calendars, as far as Baton knows them: where they are read, and when their owner is busy."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import ClassVar

from django.conf import settings
from django.db import models
from django.db.models import F, Q

from notifications.promises.owed import Owed
from teams.models import Membership
from teams.secret_text import SecretTextField

#: From this age on people are told how old it is: three readings were missed, or more.
STALE_AFTER = timedelta(hours=1)
#: From this age on it is no longer called read: a whole day of changes may be missing.
UNREAD_AFTER = timedelta(hours=24)


class BusyFeedQuerySet(models.QuerySet["BusyFeed"]):
    """Chainable filters."""

    def visible_to(self, membership: Membership) -> BusyFeedQuerySet:
        """One's own: a calendar belongs to the person, whichever team they work in."""
        return self.filter(person_id=membership.user_id)


class BusyFeed(models.Model):
    """A calendar that a person gave Baton the secret address of. The address is never shown again."""

    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="busy_feeds")
    url = SecretTextField(help_text="The secret address of the calendar.")
    url_mark = models.CharField(max_length=64, help_text="Keyed digest of the address, to find it twice.")
    host = models.CharField(max_length=253)
    ending = models.CharField(max_length=4, help_text="The end of its secret part, to tell feeds apart.")
    created_at = models.DateTimeField()
    etag = models.CharField(max_length=300, blank=True)
    last_modified = models.CharField(max_length=100, blank=True)
    body_mark = models.CharField(
        max_length=64, blank=True, help_text="Digest of what was read, but for its time stamps."
    )
    zone = models.CharField(max_length=64, blank=True, help_text="The zone by which floating times were read.")
    laid_out_at = models.DateTimeField(null=True, blank=True, help_text="When the spans were last made anew.")
    read_at = models.DateTimeField(null=True, blank=True, help_text="When the calendar was last known as it is.")
    tried_at = models.DateTimeField(null=True, blank=True)
    next_at = models.DateTimeField(help_text="When it is read next.")
    failures = models.PositiveIntegerField(default=0, help_text="In a row.")
    failing_since = models.DateTimeField(null=True, blank=True)
    problem = models.CharField(max_length=300, blank=True, help_text="Why the last reading failed.")
    remark = models.CharField(max_length=300, blank=True, help_text="What the last reading could not make sense of.")

    objects = BusyFeedQuerySet.as_manager()

    class Meta:
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.UniqueConstraint(fields=["person", "url_mark"], name="one_feed_per_address"),
        ]

    def __str__(self) -> str:
        return self.name

    @property
    def name(self) -> str:
        """What may be shown of the address."""
        return f"{self.host} …{self.ending}"

    @property
    def about(self) -> str:
        """How rows in other rooms refer to this feed."""
        return f"calendar/{self.pk}"

    def is_stale(self, *, at: datetime) -> bool:
        """Whether what is known is older than it should be."""
        return at - (self.read_at or self.created_at) > STALE_AFTER


class BusySpan(models.Model):
    """A stretch in which a person is busy, a day long at most. What they do then is not ours to know."""

    feed = models.ForeignKey(BusyFeed, on_delete=models.CASCADE, related_name="spans")
    person = models.ForeignKey(settings.AUTH_USER_MODEL, on_delete=models.CASCADE, related_name="+")
    starts_at = models.DateTimeField()
    ends_at = models.DateTimeField()

    class Meta:
        indexes: ClassVar[list[models.Index]] = [
            models.Index(fields=["person", "starts_at"], include=["ends_at"], name="busy_spans_of_person"),
        ]
        constraints: ClassVar[list[models.BaseConstraint]] = [
            models.CheckConstraint(condition=Q(starts_at__lt=F("ends_at")), name="busy_span_has_length"),
        ]

    def __str__(self) -> str:
        return f"{self.starts_at:%Y-%m-%d %H:%M}-{self.ends_at:%H:%M}Z"


class FeedReading(Owed):
    """The promise to read a feed. One row per feed: kept, it falls due again."""

    feed = models.OneToOneField(BusyFeed, on_delete=models.CASCADE, related_name="reading")

    class Meta(Owed.Meta):
        abstract = False
