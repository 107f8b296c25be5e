from django.urls import path

from .views import board, freeze, plan

app_name = "surge"
urlpatterns = [
    path("", board.board, name="board"),
    path("board.json", board.as_json, name="json"),
    path("switch/", board.switch, name="switch"),
    path("call/", board.call, name="call"),
    path("plan/", plan.plan, name="plan"),
    path("freeze/", freeze.freeze, name="freeze"),
]
