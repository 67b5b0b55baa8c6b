"""The pages of imports, by their name."""

from django.urls import reverse


def page(name, of):
    return reverse(f"leads:import-{name}" if name else "leads:import", args=[of.pk])
