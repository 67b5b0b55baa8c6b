"""Who of the team has to prove twice who they are."""

from django.contrib import messages
from django.http import HttpResponse
from django.shortcuts import redirect, render
from django.utils import timezone
from django.views.decorators.http import require_http_methods

from teams import second_factor
from teams.access import for_roles
from teams.forms.people import SecondFactorForm
from teams.http import TeamRequest
from teams.models import Role, SecondFactor
from teams.policy import policy_of


@require_http_methods(["GET", "HEAD", "POST"])
@for_roles(Role.LEAD)
def signing_in(request: TeamRequest) -> HttpResponse:
    """Show who has none; POST sets of whom it is asked."""
    team = request.membership.team
    policy = policy_of(team)
    form = SecondFactorForm(request.POST or None, initial={"second_factor": policy.second_factor})
    if form.is_valid():
        whom = SecondFactor(form.cleaned_data["second_factor"])
        try:
            second_factor.ask_for(policy=policy, whom=whom, actor=request.membership, at=timezone.now())
        except second_factor.LockedOut as refusal:
            form.add_error("second_factor", str(refusal))
        else:
            messages.success(request, "Saved. It holds from everybody's next click on.")
            return redirect("teams:signing-in")
    context = {
        "form": form,
        "without": second_factor.without_one(team),
        "has_one": second_factor.has_one(request.user),
    }
    return render(request, "teams/signing_in.html", context, status=422 if form.errors else 200)
