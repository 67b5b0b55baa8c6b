"""What a rule keeps back of a closing: as it is now, after corrections, and without what was paid by hand."""

from __future__ import annotations

from django.db.models import BigIntegerField, OuterRef, Q, QuerySet, Subquery, Sum
from django.db.models.functions import Coalesce

from handoff.models import Entry
from handoff.models.pay import Kind

_KEPT = Sum("withheld", filter=Q(kind=Kind.CLOSING))
_BY_HAND = Sum("amount", filter=Q(kind=Kind.ADJUSTMENT))


def with_rest(entries: QuerySet[Entry]) -> QuerySet[Entry]:
    """Annotate what of an entry's handoff was paid ``by_hand``, and what is kept back still: ``rest``, in cents."""
    of_handoff = Entry.objects.filter(handoff=OuterRef("handoff"), isa=OuterRef("isa")).order_by().values("handoff")
    kept, by_hand = (
        Coalesce(Subquery(of_handoff.annotate(total=total).values("total")), 0, output_field=BigIntegerField())
        for total in (_KEPT, _BY_HAND)
    )
    return entries.annotate(by_hand=by_hand, rest=kept - by_hand)


def rest_of(entry: Entry) -> int:
    """Return what is kept back of an entry's closing, in cents; 0 of anything else."""
    if entry.kind != Kind.CLOSING or not entry.withheld:
        return 0
    told = Entry.objects.filter(handoff=entry.handoff_id, isa=entry.isa_id).aggregate(kept=_KEPT, by_hand=_BY_HAND)
    return max(0, (told["kept"] or 0) - (told["by_hand"] or 0))
