"""The one router of this room: an address whose verbs stand in two modules is still one address."""

from ninja import Router

router = Router(tags=["Handoffs"])
