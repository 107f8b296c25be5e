"""One set of addresses for each language of the settings, under its own mount (`addresses.MOUNTS`)."""

from django.urls import URLPattern, path

from . import machines, polling, views, votes
from .addresses import POLLING, languages, mount

app_name = "help"


def _of(language: str) -> list[URLPattern]:
    base, told = mount(language), {"language": language}
    pages = [
        ("start", "", views.start),
        ("search", "search/", views.search),
        ("suggest", "suggest/", views.suggest),
        ("feed", "feed.atom", machines.feed),
        ("about", "about/<slug:slug>/", views.about),
        ("polling", POLLING.get(language, POLLING["en"]), polling.where),
        ("helped", "<slug:slug>/helped/", votes.helped),
        ("article", "<slug:slug>/", views.article),
    ]
    return [path(base + route, view, told, name=f"{name}-{language}") for name, route, view in pages]


urlpatterns = [
    path("sitemap.xml", machines.site_map, name="sitemap"),
    path("robots.txt", machines.robots, name="robots"),
    path("help/files/<uuid:uid>/", machines.enclosed, name="file"),
    *[pattern for language in languages() for pattern in _of(language)],
]
