"""The campaign's addresses, and the mailboxes elsewhere that are read. For administrators."""

from django.contrib import messages
from django.core.exceptions import PermissionDenied, ValidationError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import get_object_or_404, redirect, render
from django.utils.translation import gettext as _
from django.views.decorators.debug import sensitive_post_parameters
from django.views.decorators.http import require_GET, require_http_methods

from .. import imap, queries
from ..actions import accounts
from ..forms import ImapForm, MailboxForm
from ..models import ImapAccount, Mailbox


def _needs_administrator(request: HttpRequest) -> None:
    if not request.user.is_administrator:
        raise PermissionDenied


@require_GET
def overview(request: HttpRequest) -> HttpResponse:
    """Every address and account, with what went wrong last."""
    _needs_administrator(request)
    context = {"boxes": queries.mailboxes(), "accounts": queries.imap_accounts()}
    return render(request, "channels/mail_settings.html", context)


@require_http_methods(["GET", "POST"])
def mailbox(request: HttpRequest, uid: str | None = None) -> HttpResponse:
    """Add an address, or change one."""
    _needs_administrator(request)
    box = get_object_or_404(Mailbox, uid=uid) if uid else None
    initial = {name: getattr(box, name) for name in MailboxForm.base_fields} if box else {}
    form = MailboxForm(request.POST or None, initial=initial)
    if box:
        form.fields["address"].disabled = True  # letters point to it: a new address is a new mailbox
    if request.method == "POST" and form.is_valid():
        try:
            kept = accounts.make_mailbox(**form.cleaned_data)
        except ValidationError as problem:
            form.add_error(None, problem)
        else:
            messages.success(request, _("%(address)s is kept.") % {"address": kept.address})
            return redirect("channels:mail_settings")
    title = box.address if box else _("A new address")
    context = {"form": form, "title": title}
    return render(request, "channels/mail_form.html", context, status=422 if form.is_bound else 200)


@sensitive_post_parameters("password")
@require_http_methods(["GET", "POST"])
def imap_account(request: HttpRequest, uid: str | None = None) -> HttpResponse:
    """Add a mailbox elsewhere, or change one. It is tried before it is kept."""
    _needs_administrator(request)
    account = get_object_or_404(ImapAccount, uid=uid) if uid else ImapAccount()
    own = [name for name in ImapForm.base_fields if name not in ("password", "keep_anyway")]
    initial = {name: getattr(account, name) for name in own if name != "mailbox"} if account.pk else {}
    form = ImapForm(request.POST or None, initial=initial | ({"mailbox": account.mailbox_id} if account.pk else {}))
    if request.method == "POST" and form.is_valid() and _keep(form, account):
        messages.success(request, _("%(name)s is kept. It is read every minute.") % {"name": account.name})
        return redirect("channels:mail_settings")
    title = account.name if account.pk else _("A mailbox elsewhere")
    context = {"form": form, "title": title}
    return render(request, "channels/mail_form.html", context, status=422 if form.is_bound else 200)


def _keep(form: ImapForm, account: ImapAccount) -> bool:
    """Try the account, then keep it; False with the server's words at the form."""
    password = form.cleaned_data["password"]
    form.fill(account)
    if account.active and not form.cleaned_data["keep_anyway"] and (why := imap.trouble(account, password)):
        form.add_error(None, _("The server did not let us in: %(why)s. Nothing was kept.") % {"why": why})
        return False
    try:
        accounts.save_imap_account(account=account, password=password)
    except ValidationError as problem:
        form.add_error(None, problem)
        return False
    return True
