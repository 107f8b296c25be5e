from django.urls import path

from .views import asked, searches

app_name = "insight"
urlpatterns = [
    path("", asked.what_people_ask, name="asked"),
    path("asked.csv", asked.asked_csv, name="asked_csv"),
    path("searches/", searches.searches, name="searches"),
    path("searches/settle/", searches.settle, name="settle"),
]
