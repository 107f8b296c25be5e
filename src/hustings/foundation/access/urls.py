from django.urls import path

from .views import settings, signing

app_name = "access"
urlpatterns = [
    path("sign-in/", signing.sign_in, name="sign_in"),
    path("sign-out/", signing.sign_out, name="sign_out"),
    path("sign-in/<str:token>/", signing.sign_in_by_link, name="sign_in_by_link"),
    path("join/<str:token>/", signing.join, name="join"),
    path("settings/", settings.preferences, name="preferences"),
    path("settings/campaign/", settings.campaign, name="campaign"),
    path("settings/users/", settings.users, name="users"),
    path("settings/users/invite/", settings.invite, name="invite"),
    path("settings/users/<uuid:uid>/", settings.user, name="user"),
    path("settings/users/<uuid:uid>/end/", settings.end_access, name="end_access"),
    path("settings/users/<uuid:uid>/restore/", settings.restore_access, name="restore_access"),
    path("settings/users/<uuid:uid>/release/", settings.release, name="release"),
    path("settings/invitations/<uuid:uid>/revoke/", settings.revoke, name="revoke"),
    path("settings/teams/", settings.teams, name="teams"),
]
