from django.urls import path

from .views import posts, records, settings, stream

app_name = "feed"
urlpatterns = [
    path("", stream.home, name="home"),
    path("search/", stream.search, name="search"),
    path("read/", stream.read_all, name="read_all"),
    path("preferences/", settings.preferences, name="preferences"),
    path("fields/", settings.fields, name="fields"),
    path("fields/<slug:record_type>/", settings.type_fields, name="type_fields"),
    path("-/post/<uuid:post_uid>/", posts.post, name="post"),
    path("-/post/<uuid:post_uid>/comment/", posts.comment, name="comment"),
    path("-/post/<uuid:post_uid>/change/", posts.change, name="change"),
    path("-/post/<uuid:post_uid>/withdraw/", posts.withdraw, name="withdraw"),
    path("-/file/<uuid:file_uid>/", posts.file, name="file"),
    path("<slug:record_type>/<uuid:record_uid>/", records.record, name="record"),
    path("<slug:record_type>/<uuid:record_uid>/panel/", records.panel, name="panel"),
    path("<slug:record_type>/<uuid:record_uid>/names/", records.names, name="names"),
    path("<slug:record_type>/<uuid:record_uid>/check/", records.check, name="check"),
    path("<slug:record_type>/<uuid:record_uid>/follow/", records.follow, name="follow"),
    path("<slug:record_type>/<uuid:record_uid>/read/", records.read, name="read"),
]
