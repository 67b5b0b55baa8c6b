"""Live transfers looked at from outside: whatever is under way has a timer that ends it, or nobody is rung any more."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from django.db.models import CharField, Exists, OuterRef, Q, Value
from django.db.models.functions import Cast, Concat

from handoff.live.connecting import FORGOTTEN
from handoff.live.ladder import RUNG_OVER
from handoff.models import LiveTransfer
from handoff.states import TransferStatus
from notifications.models import Timer
from notifications.promises.audit import audited

SHOWN: Final = 50
LACKS: Final = {
    TransferStatus.RINGING: "the end of its rung",
    TransferStatus.ACCEPTED: "the moment that lets its agent go",
}


@audited
def what_transfers_lack(_at: datetime) -> Iterator[str]:
    """Name those under way that nothing would ever end. A timer that is there and late is found as any other."""
    about = Concat(Value("transfer/"), Cast(OuterRef("pk"), CharField()))
    ahead = Timer.objects.filter(about=about, fired_at=None, called_off_at=None)
    rung_ends = Exists(ahead.filter(kind=RUNG_OVER, due_at=OuterRef("rung_ends_at")))
    agent_is_let_go = Exists(ahead.filter(kind=FORGOTTEN))
    lacking = LiveTransfer.objects.under_way().filter(
        Q(status=TransferStatus.RINGING) & ~Q(rung_ends) | Q(status=TransferStatus.ACCEPTED) & ~Q(agent_is_let_go)
    )
    for pk, status in lacking.order_by("pk").values_list("pk", "status")[:SHOWN]:
        yield f"Live transfer {pk} owes {LACKS[TransferStatus(status)]}, and there is no timer of it."
