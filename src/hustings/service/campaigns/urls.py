from django.urls import path

from .views import acts, listing, showing

app_name = "campaigns"
urlpatterns = [
    path("", listing.campaigns, name="list"),
    path("<uuid:uid>/", showing.group, name="group"),
    path("<uuid:uid>/days.csv", showing.days_csv, name="days"),
    path("<uuid:uid>/history/", showing.history, name="history"),
    path("<uuid:uid>/history/<uuid:change>/undo/", acts.undo, name="undo"),
    path("<uuid:uid>/reply/", acts.reply, name="reply"),
    path("<uuid:uid>/reply/end/", acts.end_reply, name="end_reply"),
    path("<uuid:uid>/reply/answer/", acts.answer, name="answer"),
    path("<uuid:uid>/letters/<uuid:member>/<slug:verb>/", acts.decide, name="decide"),
    path("<uuid:uid>/<slug:what>/", acts.ask, name="ask"),
]
