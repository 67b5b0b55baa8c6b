"""Areas as leads name them."""

from __future__ import annotations

from django.db.models import Value
from django.db.models.functions import Concat, Left

from leads.models import Lpmama
from teams.models import Area

LOCATION_LENGTH = 300


def leads_naming(area: Area) -> int:
    """Return how many leads name this area in their location."""
    return Lpmama.objects.filter(areas=area).count()


def keep_as_words(area: Area) -> int:
    """Write the area's name into the location of whoever names it, so that no answer is lost when it goes.

    Returns how many leads it were.
    """
    naming = Lpmama.objects.filter(areas=area)
    bare = naming.filter(location_text="").update(location_text=area.name)
    spoken = naming.exclude(location_text="").exclude(location_text__icontains=area.name)
    longer = spoken.update(location_text=Left(Concat(Value(f"{area.name}, "), "location_text"), LOCATION_LENGTH))
    return bare + longer
