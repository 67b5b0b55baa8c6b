"""Which problem each refusal of the rooms below is, over the wire."""

from collections.abc import Callable
from typing import Any

from django.core.exceptions import RequestDataTooBig
from django.http import Http404, HttpRequest, HttpResponse
from ninja import NinjaAPI
from ninja.errors import AuthenticationError, HttpError
from ninja.errors import ValidationError as BadRequest

from config.api.assembly import TOO_LARGE
from config.api.wrong_input import words_for
from handoff import amending, errors, outcomes, reports
from handoff.api import shown
from handoff.coaching.cards import CardOver, NotYourCard
from handoff.deals import moving as deals
from handoff.overpromises.acknowledging import AcknowledgementRefused
from handoff.recovery.stopping import NotRunning
from leads.answers import InvalidAnswers
from leads.contacts import NoSuchContact
from leads.phones import BadPhone
from leads.recordings import ConsentNeeded
from leads.stages import IllegalMove, Refused
from leads.states import MOVES
from leads.verification import NotOnRecord
from teams.people import Gone
from teams.presence import CannotBeOnCall
from teams.problems import Problem, invalid, not_found, problem_response

CHALLENGE = {"WWW-Authenticate": "Bearer"}


def _illegal_move(error: IllegalMove) -> Problem:
    return Problem(422, "illegal_move", str(error), allowed=sorted(MOVES[error.was]))


def _not_ready(error: errors.NotReady) -> Problem:
    return Problem(422, "not_ready", str(error), missing=shown.missing(error.missing))


def _slot_taken(error: errors.SlotTaken) -> Problem:
    return Problem(409, "slot_taken", str(error), slots=shown.slots(error.next_slots))


def _at_capacity(error: errors.AtCapacity) -> Problem:
    return Problem(409, "at_capacity", str(error), slots=shown.slots(error.next_slots))


def _slot_required(error: errors.SlotRequired) -> Problem:
    return Problem(422, "slot_required", str(error), slots=shown.slots(error.next_slots))


def _already_handed_off(error: errors.AlreadyHandedOff) -> Problem:
    return Problem(409, "already_handed_off", str(error), handoff=error.handoff.pk)


def _handoff_open(error: errors.HandoffOpen) -> Problem:
    return Problem(409, "handoff_open", str(error), handoff=error.handoff.pk)


def _transfer_under_way(error: errors.TransferUnderWay) -> Problem:
    return Problem(409, "transfer_under_way", str(error), transfer=error.transfer.pk)


def _nobody_on_call(error: errors.NobodyOnCall) -> Problem:
    why = [{"agent": name, "reason": reason} for name, reason in error.why]
    return Problem(409, "nobody_on_call", str(error), slots=shown.slots(error.next_slots), why=why)


def _plain(status: int, code: str) -> Callable[[Exception], Problem]:
    return lambda error: Problem(status, code, str(error))


#: The order does not matter: the handler of an exception's nearest class is taken.
PROBLEM_OF: dict[type[Exception], Callable[[Any], Problem]] = {
    Problem: lambda problem: problem,
    Http404: lambda _: not_found(),
    RequestDataTooBig: lambda _: TOO_LARGE,
    InvalidAnswers: lambda error: invalid(error.errors),
    reports.InvalidOutcome: lambda error: invalid(error.errors),
    deals.InvalidDeal: lambda error: invalid({error.field: [str(error)]}),
    BadPhone: lambda error: invalid({"phone": [str(error)]}),
    NoSuchContact: lambda error: invalid({"phone": [str(error)]}),
    NotOnRecord: _plain(409, "not_on_record"),
    ConsentNeeded: _plain(422, "consent_needed"),
    AcknowledgementRefused: _plain(409, "not_flagged"),
    IllegalMove: _illegal_move,
    errors.NotReady: _not_ready,
    errors.AtCapacity: _at_capacity,  # before what it is one of
    errors.SlotTaken: _slot_taken,
    errors.SlotRequired: _slot_required,
    errors.AlreadyHandedOff: _already_handed_off,
    errors.HandoffOpen: _handoff_open,
    errors.TransferUnderWay: _transfer_under_way,
    errors.NobodyOnCall: _nobody_on_call,
    errors.RingOver: _plain(409, "ring_over"),
    errors.BriefUnseen: _plain(422, "brief_unseen"),
    errors.BlindTransfer: _plain(409, "blind_transfer"),
    errors.NotYourTransfer: _plain(403, "not_yours"),
    errors.Unbookable: _plain(422, "unbookable"),
    errors.NoAgent: _plain(422, "no_agent"),
    errors.TooLate: _plain(409, "too_late"),
    outcomes.AlreadyReported: _plain(409, "already_reported"),
    outcomes.NotYet: _plain(409, "not_yet"),
    outcomes.NotOpen: _plain(409, "too_late"),
    amending.CannotCorrect: _plain(409, "cannot_correct"),
    NotRunning: _plain(409, "not_running"),
    outcomes.NotYours: _plain(403, "not_yours"),
    deals.NotYours: _plain(403, "not_yours"),
    CardOver: _plain(409, "too_late"),
    NotYourCard: _plain(403, "not_yours"),
    CannotBeOnCall: _plain(422, "cannot_be_on_call"),
    Gone: _plain(409, "gone"),
    Refused: _plain(409, "refused"),
}


def answer_refusals(api: NinjaAPI) -> None:
    """Have the API answer each of these, and what ninja itself refuses, as a problem."""
    for kind, problem_of in PROBLEM_OF.items():
        api.add_exception_handler(kind, _handler(problem_of))
    api.add_exception_handler(AuthenticationError, _unauthorized)
    api.add_exception_handler(BadRequest, _bad_request)
    api.add_exception_handler(HttpError, _http_error)
    api.add_exception_handler(Exception, _unexpected)


def _handler(problem_of: Callable[[Any], Problem]) -> Callable[[HttpRequest, Any], HttpResponse]:
    return lambda _request, error: problem_response(problem_of(error))


def _unauthorized(_request: HttpRequest, _error: Any) -> HttpResponse:
    words = "Send a living token as “Authorization: Bearer …”. This one is missing, unknown, ended or revoked."
    return problem_response(Problem(401, "unauthorized", words), headers=CHALLENGE)


def _http_error(_request: HttpRequest, error: Any) -> HttpResponse:
    code = "not_json" if error.status_code == 400 else "refused"
    words = "The body is not JSON." if error.status_code == 400 else str(error)
    return problem_response(Problem(error.status_code, code, words))


def _unexpected(_request: HttpRequest, error: Any) -> HttpResponse:
    raise error  # for config.api.assembly, past every transaction that was open


def _bad_request(_request: HttpRequest, error: Any) -> HttpResponse:
    """Name each field as the caller wrote it: “phone”, “areas.0”, and “body” for what concerns all of it."""
    said: dict[str, list[str]] = {}
    for each in error.errors:
        where, *path = (str(part) for part in each["loc"])
        names = [part for part in path if part not in {"body", "data"}] or [where]
        said.setdefault(".".join(names), []).append(words_for(each))
    return problem_response(invalid(said))
