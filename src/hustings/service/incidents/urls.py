from django.urls import path

from .views import board, one

app_name = "incidents"
urlpatterns = [
    path("", board.board, name="board"),
    path("incidents.csv", board.export, name="export"),
    path("new/", one.new, name="new"),
    path("from/<uuid:uid>/", one.from_letter, name="from_letter"),
    path("<uuid:uid>/", one.one, name="one"),
    path("<uuid:uid>/close/", one.close, name="close"),
    path("<uuid:uid>/reopen/", one.reopen, name="reopen"),
]
