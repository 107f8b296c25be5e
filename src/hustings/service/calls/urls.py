from django.urls import path

from .views import call, listing, undoing

app_name = "calls"
urlpatterns = [
    path("", listing.waiting, name="waiting"),
    path("next/", listing.next_one, name="next"),
    path("begin/", call.begin_one, name="begin"),
    path("take/<uuid:recipient>/", listing.take_one, name="take"),
    path("give-up/<uuid:recipient>/", listing.give_one_up, name="give_up"),
    path("<uuid:uid>/", call.call, name="call"),
    path("put-back/<uuid:recipient>/", undoing.put_one_back, name="put_back"),
    path("<uuid:uid>/undo/", undoing.undo_one, name="undo"),
    path("<uuid:uid>/words/", call.words, name="words"),
    path("<uuid:uid>/dial/", call.dial_number, name="dial"),
    path("<uuid:uid>/drop/", call.drop_one, name="drop"),
]
