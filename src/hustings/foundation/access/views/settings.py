"""Who works here: users, teams, invitations; and what a person sets for themselves."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.urls import reverse
from django.utils.translation import gettext as _
from django.views.decorators.http import require_http_methods, require_POST

from hustings.foundation.core.clock import now
from hustings.foundation.ui.queries import campaign as read_campaign

from .. import actions, queries, rules
from ..forms import CampaignForm, ChangeUser, Invite, NewTeam, Preferences
from ..models import Invitation, User


def _needs_administrator(request: HttpRequest) -> None:
    if not rules.administers(request.user):
        raise PermissionDenied


@require_http_methods(["GET"])
def users(request: HttpRequest) -> HttpResponse:
    """The people who work here; a lead sees those of their teams."""
    if not request.user.leads:
        raise PermissionDenied
    words = request.GET.get("q", "").strip()
    found = queries.visible_to(request.user).prefetch_related("memberships__team").order_by("name", "id")
    if words:
        found = found.filter(name__icontains=words) | found.filter(email__icontains=words)
    names = queries.role_names()
    shown = list(found[:500])
    for person in shown:
        person.role_names = ", ".join(names.get(slug, slug) for slug in person.roles)  # type: ignore[attr-defined]
    links = list(queries.open_invitations(request.user, now()))
    for link in links:
        link.role_name = names.get(link.role, link.role)  # type: ignore[attr-defined]
    context = {
        "users": shown,
        "q": words,
        "invitations": links,
        "administers": rules.administers(request.user),
    }
    return render(request, "access/users.html", context)


@require_http_methods(["GET", "POST"])
def user(request: HttpRequest, uid: str) -> HttpResponse:
    """One person's role, teams and what waits for release."""
    _needs_administrator(request)
    found = get_object_or_404(queries.visible_to(request.user), uid=uid)
    initial = {name: getattr(found, name) for name in ChangeUser.base_fields if name != "teams"}
    initial |= {"states": " ".join(found.states), "counties": " ".join(found.counties)}
    initial["teams"] = [membership.team_id for membership in found.memberships.all()]
    form = ChangeUser(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        teams = form.cleaned_data.pop("teams")
        try:
            actions.change_user(actor=request.user, user=found, now=now(), **form.cleaned_data)
            actions.set_teams(actor=request.user, user=found, teams=teams, now=now())
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("%(name)s is changed.") % {"name": found.name})
            return redirect("access:users")
    context = {"form": form, "person": found, "audit": queries.audit_of(found.uid)[:20]}
    return render(request, "access/user.html", context, status=422 if form.is_bound else 200)


@require_POST
def end_access(request: HttpRequest, uid: str) -> HttpResponse:
    """Everything ends for this person at once."""
    found = get_object_or_404(queries.visible_to(request.user), uid=uid)
    try:
        actions.end_access(actor=request.user, user=found, now=now())
        messages.success(request, _("%(name)s can do nothing here any more.") % {"name": found.name})
    except ValidationError as problem:
        messages.error(request, " ".join(problem.messages))
    return redirect("access:users")


@require_POST
def restore_access(request: HttpRequest, uid: str) -> HttpResponse:
    """The person may sign in again."""
    found = get_object_or_404(queries.visible_to(request.user), uid=uid)
    actions.restore_access(actor=request.user, user=found, now=now())
    messages.success(request, _("%(name)s may sign in again.") % {"name": found.name})
    return redirect("access:users")


@require_POST
def release(request: HttpRequest, uid: str) -> HttpResponse:
    """Whether this person's replies wait for a lead."""
    found = get_object_or_404(queries.visible_to(request.user), uid=uid)
    waits = request.POST.get("waits") == "1"
    actions.lift_release(actor=request.user, user=found, needs_release=waits, now=now())
    said = _("%(name)s’s replies wait for a lead.") if waits else _("%(name)s’s replies leave at once.")
    messages.success(request, said % {"name": found.first_name})
    return redirect(
        request.POST.get("back") if request.POST.get("back", "").startswith("/letters/") else "access:users"
    )


@require_http_methods(["GET", "POST"])
def invite(request: HttpRequest) -> HttpResponse:
    """A link to give to new people; shown once."""
    _needs_administrator(request)
    form = Invite(request.POST or None)
    context: dict[str, object] = {"form": form}
    if request.method == "POST" and form.is_valid():
        given = form.cleaned_data
        moment = now()
        invitation, token = actions.invite(
            actor=request.user,
            role=given["role"],
            teams=given["teams"],
            expires_at=form.expires_at(moment),
            most_uses=given["most_uses"],
            needs_release=given["needs_release"],
            now=moment,
        )
        link = request.build_absolute_uri(reverse("access:join", args=[token]))
        context |= {"invitation": invitation, "link": link}
        return render(request, "access/invite.html", context)
    return render(request, "access/invite.html", context, status=422 if form.is_bound else 200)


@require_POST
def revoke(request: HttpRequest, uid: str) -> HttpResponse:
    """The link makes no more accounts."""
    _needs_administrator(request)
    invitation = get_object_or_404(Invitation, uid=uid)
    actions.revoke_invitation(actor=request.user, invitation=invitation, now=now())
    messages.success(request, _("The link works no more."))
    return redirect("access:users")


@require_http_methods(["GET", "POST"])
def teams(request: HttpRequest) -> HttpResponse:
    """Teams and who is in them."""
    _needs_administrator(request)
    form = NewTeam(request.POST or None)
    if request.method == "POST" and form.is_valid():
        try:
            team = actions.make_team(actor=request.user, now=now(), **form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("The team %(name)s is there.") % {"name": team.name})
            return redirect("access:teams")
    found = queries.teams_visible_to(request.user).prefetch_related("memberships__user")
    return render(request, "access/teams.html", {"form": form, "teams": found}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def preferences(request: HttpRequest) -> HttpResponse:
    """What a person sets for themselves."""
    me = request.user
    assert isinstance(me, User)  # the middleware let nobody else through
    initial = {name: getattr(me, name) for name in Preferences.base_fields}
    form = Preferences(request.POST or None, initial=initial)
    if request.method == "POST" and form.is_valid():
        actions.change_preferences(user=me, **form.cleaned_data)
        messages.success(request, _("Kept."))
        return redirect("access:preferences")
    return render(request, "access/preferences.html", {"form": form}, status=422 if form.is_bound else 200)


@require_http_methods(["GET", "POST"])
def campaign(request: HttpRequest) -> HttpResponse:
    """The campaign's name, line, colours and telephone."""
    _needs_administrator(request)
    form = CampaignForm(request.POST or None, instance=read_campaign())
    if request.method == "POST" and form.is_valid():
        actions.describe_campaign(actor=request.user, now=now(), **form.cleaned_data)
        messages.success(request, _("Kept. Every page says so from now on."))
        return redirect("access:campaign")
    return render(request, "access/campaign.html", {"form": form}, status=422 if form.is_bound else 200)
