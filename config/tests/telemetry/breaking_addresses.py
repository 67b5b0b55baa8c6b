"""The product's addresses, and one of a page that breaks while it has a person's data in hand."""

from django.contrib.auth.decorators import login_not_required
from django.http import HttpRequest, HttpResponse
from django.urls import path
from django.views.decorators.csrf import csrf_exempt

from config import urls


@csrf_exempt
@login_not_required
def break_down(request: HttpRequest) -> HttpResponse:
    """Raise, with the posted words in a local variable and in the message."""
    words = request.POST["words"]
    raise RuntimeError(f"It broke on {words}")


urlpatterns = [path("breaks/", break_down), *urls.urlpatterns]
