"""Input in, clean values out."""

from django import forms
from django.utils.translation import gettext_lazy as _

from .models import ImapAccount, Mailbox


class MailboxForm(forms.Form):
    address = forms.EmailField(
        label=_("Address"), help_text=_("People write to it, and answers leave from it."), max_length=254
    )
    name = forms.CharField(label=_("Name beside it"), max_length=100)
    language = forms.ChoiceField(label=_("Language"), choices=[("en", _("English")), ("es", _("Spanish"))])
    acknowledges = forms.BooleanField(
        label=_("Tell writers that their letter came"),
        help_text=_("Once in three hours, to people only."),
        required=False,
        initial=True,
    )
    is_default = forms.BooleanField(
        label=_("Answers leave from here when nothing says otherwise"), required=False, initial=False
    )


class ImapForm(forms.Form):
    name = forms.CharField(label=_("Name"), max_length=80)
    host = forms.CharField(label=_("Mail server"), max_length=253)
    port = forms.IntegerField(label=_("Port"), min_value=1, max_value=65535, initial=993)
    tls = forms.BooleanField(label=_("Encrypted (TLS)"), required=False, initial=True)
    username = forms.CharField(label=_("User name"), max_length=254)
    password = forms.CharField(
        label=_("Password"),
        help_text=_("Kept encrypted. Left empty, the one there was stays."),
        required=False,
        strip=False,
        widget=forms.PasswordInput(attrs={"autocomplete": "off"}),
    )
    folder = forms.CharField(label=_("Folder"), max_length=200, initial="INBOX")
    mailbox = forms.ModelChoiceField(label=_("Its mail was written to"), queryset=Mailbox.objects.order_by("address"))
    active = forms.BooleanField(label=_("Read it"), required=False, initial=True)
    keep_anyway = forms.BooleanField(
        label=_("Keep it even if the server cannot be reached now"), required=False, initial=False
    )

    def fill(self, account: ImapAccount) -> ImapAccount:
        """The account with these values, not saved."""
        for name in ("name", "host", "port", "tls", "username", "folder", "mailbox", "active"):
            setattr(account, name, self.cleaned_data[name])
        return account
