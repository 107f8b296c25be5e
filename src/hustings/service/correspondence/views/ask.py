"""Ask us: the public form. No account, no script and no cookie needed."""

import logging
from datetime import datetime, timedelta
from hashlib import sha256
from typing import Any
from uuid import UUID, uuid5

from django.contrib.auth.decorators import login_not_required
from django.core import signing
from django.db import OperationalError
from django.http import HttpRequest, HttpResponse
from django.shortcuts import redirect, render
from django.urls import reverse
from django.utils import translation
from django.utils.translation import get_language
from django.utils.translation import gettext as _
from django.views.decorators.csrf import csrf_exempt
from django.views.decorators.http import require_GET, require_http_methods

from hustings.constituents.insight.actions.noting import Visitor, noting, visitor_of
from hustings.foundation.channels.actions.deliveries import store
from hustings.foundation.channels.models import Delivery, Source
from hustings.foundation.channels.queries import default_mailbox
from hustings.foundation.channels.webform import Question, message_of
from hustings.foundation.core import limits
from hustings.foundation.core.clock import now
from hustings.foundation.core.ids import new_uid
from hustings.foundation.core.texts import storable

from ..ask_form import Ask
from ..registry import answers_in

log = logging.getLogger(__name__)
SALT = "correspondence.ask"
HOLDS = timedelta(hours=24)
MOST, PER = 10, timedelta(hours=1)


@login_not_required
@csrf_exempt  # nobody is signed in here: there is no right to borrow, and the page sets no cookie
@require_http_methods(["GET", "POST"])
def ask(request: HttpRequest) -> HttpResponse:
    """A question becomes a letter. The same page sent twice, also after going back to it, is one letter; other words
    from it, or the form opened anew, are another. Errors keep what was written."""
    if request.method == "GET":
        begun = {name: storable(request.GET.get(name, ""))[:4000] for name in ("question", "state")}
        return _page(request, Ask(initial={name: words for name, words in begun.items() if words}))
    form, moment = Ask(request.POST, request.FILES), now()
    signed = request.POST.get("token", "")
    if not form.is_valid():
        if "website" in form.errors:
            noting.refused(subject="ask", now=moment)
        return _page(request, form, status=422)
    if _is_here(signed, form.cleaned_data):
        return redirect(_thanks(request))
    token = _token(signed)
    if token is None:
        form.add_error(None, _("The page was open for long. What you wrote is kept: send it once more."))
        return _page(request, form, status=422)
    try:
        if not limits.allow(f"ask:{request.META.get('REMOTE_ADDR', '')}", most=MOST, per=PER, now=moment):
            form.add_error(
                None, _("Many questions came from your network within the hour. Wait a little, then send again.")
            )
            noting.refused(subject="ask", now=moment)
            return _page(request, form, status=429)
        _keep(_question(form.cleaned_data, token), moment)
        noting.asked(visitor=_visitor(request), now=moment)  # what they had read did not settle it
    except (OperationalError, OSError):  # a full disk, a database that goes away: said, and nothing is half kept
        log.exception("a question from the form could not be stored")
        form.add_error(None, _("We could not keep your question just now, so it was not sent. Try again in a minute."))
        return _page(request, form, status=503)
    return redirect(_thanks(request))


@login_not_required
@csrf_exempt
@require_http_methods(["GET", "POST"])
def ask_in(request: HttpRequest, language: str) -> HttpResponse:
    """The same in the language of the address."""
    with translation.override(language):
        return ask(request)


@login_not_required
@require_GET
def asked_in(request: HttpRequest, language: str) -> HttpResponse:
    with translation.override(language):
        return asked(request)


@login_not_required
@require_GET
def asked(request: HttpRequest) -> HttpResponse:
    """It is here: what happens next."""
    return render(request, "correspondence/asked.html")


def _visitor(request: HttpRequest) -> Visitor:
    return visitor_of(address=request.META.get("REMOTE_ADDR", ""), agent=request.META.get("HTTP_USER_AGENT", ""))


def _thanks(request: HttpRequest) -> str:
    """Where the page leads that says it is here, in the language of the address."""
    return request.path.rstrip("/") + "/thanks/"


def _keep(question: Question, moment: datetime) -> None:
    box = default_mailbox()
    letter = message_of(question, mailbox=box.address, now=moment)
    store(source=Source.FORM, raw=letter, envelope_to=[box.address], origin=f"form:{question.token}", now=moment)


def _page(request: HttpRequest, form: Ask, *, status: int = 200) -> HttpResponse:
    # Questions that are answered already, as one types (the Answer Center's addresses are by language).
    form.fields["question"].widget.attrs["data-suggest"] = reverse(f"help:suggest-{get_language() or 'en'}")
    token = request.POST.get("token", "")
    in_front = answers_in(get_language() or "en") if request.method == "GET" else []
    fresh = token if _token(token) else signing.dumps(str(new_uid()), salt=SALT)
    response = render(
        request, "correspondence/ask.html", {"form": form, "token": fresh, "in_front": in_front}, status=status
    )
    # Going back shows the page that was sent, with its token; opening it anew fetches another. (No "no-store": that
    # would make going back fetch another too, with the words still in it.)
    response["Cache-Control"] = "private, no-cache"
    return response


def _is_here(signed: str, given: dict[str, Any]) -> bool:
    """Whether this very question came already from this very page, however long ago it was shown."""
    token = _token(signed, holds=None)
    if token is None:
        return False
    return Delivery.objects.filter(origin=f"form:{_question(given, token).token}").exists()


def _token(signed: str, *, holds: timedelta | None = HOLDS) -> UUID | None:
    try:
        return UUID(signing.loads(signed, salt=SALT, max_age=holds))
    except (signing.BadSignature, ValueError):
        return None


def _question(given: dict[str, Any], token: UUID) -> Question:
    """What is asked; its own token is made of the page's and of what was written."""
    written = [given[name] for name in ("question", "name", "email", "phone", "state", "zip", "answer_by")]
    files = [sha256(file.content).hexdigest() for file in given["enclosed"]]
    return Question(
        token=uuid5(token, "\n".join([*written, *files])),
        text=given["question"],
        name=given["name"],
        email=given["email"].lower(),
        phone=given["phone"],
        state_code=given["state"],
        zip=given["zip"],
        language=(get_language() or "en")[:2],
        answer_by=given["answer_by"],
        files=given["enclosed"],
    )
