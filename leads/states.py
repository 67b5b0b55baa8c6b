"""The stages of a lead, and which move is legal, as one table."""

from django.db import models


class Stage(models.TextChoices):
    """How far a lead has come."""

    NEW = "new", "New"
    CONTACTING = "contacting", "Contacting"
    NURTURE = "nurture", "Nurture"
    QUALIFIED = "qualified", "Qualified"
    APPOINTMENT_SET = "appointment_set", "Appointment set"
    HANDED_OFF = "handed_off", "Handed off"
    MET = "met", "Met"
    SIGNED = "signed", "Signed"
    UNDER_CONTRACT = "under_contract", "Under contract"
    CLOSED = "closed", "Closed"
    NO_SHOW = "no_show", "No-show"
    LOST = "lost", "Lost"


_EARLY = {Stage.CONTACTING, Stage.NURTURE, Stage.QUALIFIED, Stage.APPOINTMENT_SET, Stage.HANDED_OFF, Stage.LOST}

MOVES: dict[Stage, set[Stage]] = {
    Stage.NEW: _EARLY,
    Stage.CONTACTING: _EARLY - {Stage.CONTACTING},
    Stage.NURTURE: _EARLY - {Stage.NURTURE},
    Stage.QUALIFIED: _EARLY - {Stage.QUALIFIED},
    # Back to Qualified when the appointment is cancelled or the lead is taken back.
    Stage.APPOINTMENT_SET: {Stage.HANDED_OFF, Stage.MET, Stage.NO_SHOW, Stage.QUALIFIED, Stage.NURTURE, Stage.LOST},
    Stage.HANDED_OFF: {
        Stage.APPOINTMENT_SET,
        Stage.MET,
        Stage.SIGNED,
        Stage.NO_SHOW,
        Stage.QUALIFIED,
        Stage.NURTURE,
        Stage.LOST,
    },
    Stage.MET: {
        Stage.SIGNED,
        Stage.UNDER_CONTRACT,
        Stage.APPOINTMENT_SET,
        Stage.HANDED_OFF,
        Stage.NO_SHOW,  # a corrected outcome
        Stage.NURTURE,
        Stage.LOST,
    },
    Stage.SIGNED: {Stage.UNDER_CONTRACT, Stage.NURTURE, Stage.LOST},
    Stage.UNDER_CONTRACT: {Stage.CLOSED, Stage.SIGNED, Stage.LOST},
    Stage.CLOSED: {Stage.UNDER_CONTRACT},  # a closing that was entered by mistake
    Stage.NO_SHOW: _EARLY | {Stage.MET},
    Stage.LOST: _EARLY - {Stage.LOST},
}


class Heard(models.TextChoices):
    """How a client let us hear from them."""

    CALL = "call", "Picked up"
    TEXT = "text", "Texted"
    MAIL = "mail", "Wrote"
    PAGE = "page", "Answered on their page"


class Via(models.TextChoices):
    """Through which door a change came."""

    PAGE = "page", "Page"
    API = "api", "API"
    TAG = "tag", "Tag"
    LINK = "link", "Mail link"
    SLACK = "slack", "Slack"
    SYSTEM = "system", "Baton"
    ADMIN = "admin", "Admin"
