from django.urls import path

from .views import erasures, holds, schedules

app_name = "retention"
urlpatterns = [
    path("settings/retention/", schedules.schedules, name="schedules"),
    path("settings/holds/", holds.holds, name="holds"),
    path("settings/holds/new/", holds.new_hold, name="new_hold"),
    path("settings/holds/<uuid:uid>/", holds.hold, name="hold"),
    path("settings/erasures/", erasures.erasures, name="erasures"),
    path("settings/erasures/ask/<uuid:uid>/", erasures.ask, name="ask"),
    path("settings/erasures/<uuid:uid>/", erasures.erasure, name="erasure"),
    path("settings/erasures/<uuid:uid>/<slug:verb>/", erasures.decide, name="decide"),
]
