"""Bulk replies: their list, one of them, and what is done with it."""

from django.urls import path

from .views import acting, beginning, reading

app_name = "bulk"
urlpatterns = [
    path("", reading.listing, name="list"),
    path("choose/", beginning.choose, name="choose"),
    path("new/", beginning.new, name="new"),
    path("<uuid:uid>/", reading.one, name="one"),
    path("<uuid:uid>/report.csv", reading.report_csv, name="report_csv"),
    path("<uuid:uid>/words/", beginning.change, name="change"),
    path("<uuid:uid>/check/", acting.check_again, name="check_again"),
    path("<uuid:uid>/put-away/", acting.put_away, name="put_away"),
    path("<uuid:uid>/ask/", acting.ask, name="ask"),
    path("<uuid:uid>/approve/", acting.approve, name="approve"),
    path("<uuid:uid>/decline/", acting.decline, name="decline"),
    path("<uuid:uid>/pause/", acting.pause, name="pause"),
    path("<uuid:uid>/resume/", acting.resume, name="resume"),
    path("<uuid:uid>/pace/", acting.pace, name="pace"),
    path("<uuid:uid>/stop/", acting.stop, name="stop"),
    path("<uuid:uid>/letters/<uuid:copy>/back/", acting.take_back, name="take_back"),
]
