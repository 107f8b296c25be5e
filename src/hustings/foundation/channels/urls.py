from django.urls import path

from .views import caught

app_name = "channels"
urlpatterns = [
    path("mailbox/", caught.mailbox, name="mailbox"),
    path("mailbox/<uuid:uid>/", caught.mail, name="caught_mail"),
]
