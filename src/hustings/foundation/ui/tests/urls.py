from django.contrib.staticfiles.views import serve
from django.urls import include, path, re_path

from . import views

urlpatterns = [
    path("", views.desk, name="home"),
    path("page/", views.page, name="page"),
    path("public/", views.public, name="public"),
    path("plain/", views.plain, name="plain"),
    path("behave/", views.behave),
    path("switch/", views.switch),
    path("draft/", views.draft),
    path("here/", views.here),
    path("act/", views.act),
    path("undo/", views.undo),
    path("live/", views.live),
    path("error/<int:code>/", views.error, name="error"),
    path("ui/", include("hustings.foundation.ui.urls")),
    re_path(r"^static/(?P<path>.*)$", serve, {"insecure": True}),
]
