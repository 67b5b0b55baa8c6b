"""The admin's own pages, and what was sent."""

from __future__ import annotations

from django.urls import reverse

from config.tests.places.place import LEAD, STAFF, Place
from handoff.demo.cast import PASSWORD
from handoff.models import (
    Handoff,
)
from notifications.models import OutboxCard, OutboxMail
from notifications.models.deliveries import ChannelKind
from teams.models import User


def staff() -> list[Place]:
    """The admin's own pages; the demo has nobody who may see them."""
    if not User.objects.filter(email=STAFF).exists():
        User.objects.create_superuser(STAFF, PASSWORD, name="Ada Sample")
    passed = Handoff.objects.order_by("-id").first()
    assert passed is not None
    return [
        Place("staff-admin", reverse("admin:index"), STAFF),
        Place("staff-handoffs", reverse("admin:handoff_handoff_changelist"), STAFF),
        Place("staff-audit", f"{reverse('admin-audit')}?model=handoff.handoff&row={passed.pk}", STAFF),
        Place("staff-promises", reverse("admin-promises"), STAFF),
    ]


def sent() -> list[Place]:
    """One mail of every kind, by its subject's first words, and the newest cards of every chat."""
    seen: dict[str, OutboxMail] = {}
    for mail in OutboxMail.objects.order_by("id"):
        audience = "agent" if mail.recipients[0].split("@")[0] in {"ana", "ben", "cleo", "dev"} else "other"
        seen[f"{audience}-{'-'.join(mail.subject.split()[:3])}"] = mail
    mails = [
        Place(f"mail-{name}".lower(), reverse("notifications:outbox-mail", args=[mail.pk]), LEAD)
        for name, mail in seen.items()
    ]
    cards = [
        Place(f"{kind}-{number}", reverse("notifications:outbox-card", args=[card.pk]), LEAD)
        for kind in ChannelKind
        for number, card in enumerate(OutboxCard.objects.filter(kind=kind).order_by("-id")[:3])
    ]
    return mails + cards
