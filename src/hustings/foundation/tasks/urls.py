from django.urls import path

from .views import listing, one

app_name = "tasks"
urlpatterns = [
    path("", listing.tasks, name="tasks"),
    path("new/", one.new, name="new"),
    path("on/<slug:record_type>/<uuid:record_uid>/", one.on_record, name="on_record"),
    path("<uuid:uid>/", one.task, name="task"),
    path("<uuid:uid>/<str:what>/", one.act, name="act"),
]
