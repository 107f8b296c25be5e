from django.urls import path

from .views import caught, mail

app_name = "channels"
urlpatterns = [
    path("mailbox/", caught.mailbox, name="mailbox"),
    path("settings/mail/", mail.overview, name="mail_settings"),
    path("settings/mail/address/", mail.mailbox, name="new_mailbox"),
    path("settings/mail/address/<uuid:uid>/", mail.mailbox, name="change_mailbox"),
    path("settings/mail/imap/", mail.imap_account, name="new_imap"),
    path("settings/mail/imap/<uuid:uid>/", mail.imap_account, name="change_imap"),
    path("mailbox/<uuid:uid>/", caught.mail, name="caught_mail"),
]
