from django.urls import path

from .views import article, deeds, listing, writing

app_name = "answers"
urlpatterns = [
    path("", listing.answers_list, name="list"),
    path("answers.csv", listing.answers_csv, name="csv"),
    path("answers.json", listing.answers_json, name="json"),
    path("new/", writing.make, name="make"),
    path("<uuid:uid>/", article.article_page, name="article"),
    path("<uuid:uid>/revise/", writing.revise_article, name="revise"),
    path("<uuid:uid>/compare/", article.compare, name="compare"),
    path("<uuid:uid>/approve/", deeds.approve_version, name="approve"),
    path("<uuid:uid>/withdraw/", deeds.withdraw_article, name="withdraw"),
    path("<uuid:uid>/restore/", deeds.restore_article, name="restore"),
    path("<uuid:uid>/care/", deeds.care, name="care"),
]
