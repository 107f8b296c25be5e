from django.urls import path

from . import views

app_name = "ui"
urlpatterns = [
    path("palette/", views.palette_lines, name="palette"),
    path("language/<str:code>/", views.language, name="language"),
    path("", views.style_guide, name="style"),
]
