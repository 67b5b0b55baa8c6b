"""The pages of coaching as one person sees them."""

from django.urls import reverse

from handoff.tests.pages import signed_in

OVERVIEW = "/coaching/"


def url(name, card):
    return reverse(f"handoff:coaching-{name}", args=[card.pk])


def shown(member, address=OVERVIEW):
    answer = signed_in(member).get(address)
    assert answer.status_code == 200
    return " ".join(answer.content.decode().split())
