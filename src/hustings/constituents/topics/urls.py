from django.urls import path

from .views import joining, taxonomy, versions

app_name = "topics"
urlpatterns = [
    path("", taxonomy.overview, name="list"),
    path("start/", taxonomy.start, name="start"),
    path("new/", taxonomy.edit, name="new"),
    path("areas/new/", taxonomy.edit_area, name="new_area"),
    path("areas/<uuid:uid>/", taxonomy.edit_area, name="area"),
    path("history/", taxonomy.history, name="history"),
    path("models/", versions.overview, name="models"),
    path("models/<str:kind>/train/", versions.train, name="train"),
    path("models/<str:kind>/back/", versions.back, name="back"),
    path("models/<str:kind>/words/", versions.words, name="words"),
    path("models/<uuid:uid>/live/", versions.live, name="live"),
    path("merges/<uuid:uid>/undo/", joining.undo, name="undo_merge"),
    path("<slug:slug>/", taxonomy.edit, name="topic"),
    path("<slug:slug>/merge/", joining.merge, name="merge"),
    path("<slug:slug>/split/", joining.split, name="split"),
    path("<slug:slug>/<str:verb>/", taxonomy.act, name="act"),
]
