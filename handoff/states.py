"""The states of appointments and handoffs, and which move is legal, as tables."""

from django.db import models


class AppointmentStatus(models.TextChoices):
    """What became of a time on an agent's calendar."""

    HELD_SLOT = "held_slot", "Slot held"
    BOOKED = "booked", "Booked"
    HELD = "held", "Held"
    NO_SHOW = "no_show", "No-show"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Expired"


APPOINTMENT_MOVES: dict[AppointmentStatus, set[AppointmentStatus]] = {
    AppointmentStatus.HELD_SLOT: {AppointmentStatus.BOOKED, AppointmentStatus.EXPIRED, AppointmentStatus.CANCELLED},
    AppointmentStatus.BOOKED: {AppointmentStatus.HELD, AppointmentStatus.NO_SHOW, AppointmentStatus.CANCELLED},
    AppointmentStatus.HELD: {AppointmentStatus.NO_SHOW},  # a corrected outcome
    AppointmentStatus.NO_SHOW: {AppointmentStatus.HELD},  # a corrected outcome
    AppointmentStatus.CANCELLED: set(),
    AppointmentStatus.EXPIRED: set(),
}

#: States in which a time is taken: the exclusion constraint looks at these.
OCCUPYING = (AppointmentStatus.HELD_SLOT, AppointmentStatus.BOOKED)


class ClientAnswer(models.TextChoices):
    """What the client said of the time as it is now; it is asked anew when the time changes."""

    CONFIRMED = "confirmed", "Confirmed"
    WANTS_MOVE = "wants_move", "Asked for another time"
    CANCELLED = "cancelled", "Cancelled by the client"


class Rsvp(models.TextChoices):
    """What a calendar replied for the client (RFC 5545, 3.2.12): a hint, since anybody can write such a mail."""

    ACCEPTED = "accepted", "Accepted in their calendar"
    TENTATIVE = "tentative", "Tentative in their calendar"
    DECLINED = "declined", "Declined in their calendar"


class Method(models.TextChoices):
    """How a lead is passed on."""

    SCHEDULED = "scheduled", "Scheduled appointment"
    DIRECT = "direct", "Handed over now"
    LIVE = "live", "Live transfer"


class HandoffStatus(models.TextChoices):
    """How far a handoff is."""

    OPEN = "open", "Open"
    REPORTED = "reported", "Reported"
    RETURNED = "returned", "Taken back"
    CANCELLED = "cancelled", "Cancelled"


HANDOFF_MOVES: dict[HandoffStatus, set[HandoffStatus]] = {
    HandoffStatus.OPEN: {HandoffStatus.REPORTED, HandoffStatus.RETURNED, HandoffStatus.CANCELLED},
    HandoffStatus.REPORTED: set(),
    HandoffStatus.RETURNED: set(),
    HandoffStatus.CANCELLED: set(),
}


class TransferStatus(models.TextChoices):
    """How far a live transfer is."""

    RINGING = "ringing", "Ringing"
    ACCEPTED = "accepted", "Accepted"
    CONNECTED = "connected", "Connected"
    DROPPED = "dropped", "Dropped"
    CANCELLED = "cancelled", "Cancelled"
    EXPIRED = "expired", "Nobody took it"


TRANSFER_MOVES: dict[TransferStatus, set[TransferStatus]] = {
    TransferStatus.RINGING: {TransferStatus.ACCEPTED, TransferStatus.EXPIRED, TransferStatus.CANCELLED},
    TransferStatus.ACCEPTED: {TransferStatus.CONNECTED, TransferStatus.DROPPED},
    TransferStatus.CONNECTED: set(),
    TransferStatus.DROPPED: set(),
    TransferStatus.CANCELLED: set(),
    TransferStatus.EXPIRED: set(),
}


class RingStatus(models.TextChoices):
    """How one agent's ring went. Only a ringing one can be answered, and each ends once."""

    RINGING = "ringing", "Ringing"
    ACCEPTED = "accepted", "Accepted"
    PASSED = "passed", "Passed on"
    MISSED = "missed", "Not answered"
    TAKEN = "taken", "Taken by another"
    CALLED_OFF = "called_off", "Called off"


class Credit(models.TextChoices):
    """Why a handoff does not count in its agent's share: it came to nothing, and not through the agent."""

    NO_SHOW = "no_show", "Client did not show"
    CANCELLED = "cancelled", "Appointment cancelled"
    TAKEN_BACK = "taken_back", "Lead taken back"


class DealStatus(models.TextChoices):
    """How far a client has come after the meeting."""

    SIGNED = "signed", "Signed"
    UNDER_CONTRACT = "under_contract", "Under contract"
    CLOSED = "closed", "Closed"
    LOST = "lost", "Lost"


#: Back from a contract: it fell through. Back from a closing: it was entered by mistake.
DEAL_MOVES: dict[DealStatus, set[DealStatus]] = {
    DealStatus.SIGNED: {DealStatus.UNDER_CONTRACT, DealStatus.LOST},
    DealStatus.UNDER_CONTRACT: {DealStatus.CLOSED, DealStatus.SIGNED, DealStatus.LOST},
    DealStatus.CLOSED: {DealStatus.UNDER_CONTRACT},
    DealStatus.LOST: {DealStatus.SIGNED},
}
#: Where a deal can begin.
DEAL_BEGINS = {DealStatus.SIGNED, DealStatus.UNDER_CONTRACT}
