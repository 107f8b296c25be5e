"""Letters and what is done with them; the public form."""

from django.conf import settings
from django.urls import path

from .views import ask, composing, ledger, reading, release, replies, sealed, setaside, writing

app_name = "correspondence"
urlpatterns = [
    path("ask/", ask.ask, name="ask"),
    path("ask/thanks/", ask.asked, name="asked"),
    *(
        path(f"{code}/{page}", view, {"language": code}, name=f"{name}-{code}")
        for code, _name in settings.LANGUAGES
        if code != settings.LANGUAGE_CODE
        for page, view, name in (("ask/", ask.ask_in, "ask"), ("ask/thanks/", ask.asked_in, "asked"))
    ),
    path("letters/<uuid:uid>/html/", reading.as_sent, name="as_sent"),
    path("letters/<uuid:uid>/shown/", replies.shown, name="shown"),
    path("letters/<uuid:uid>/headers/", reading.headers, name="headers"),
    path("letters/<uuid:uid>/raw/", reading.raw, name="raw"),
    path("letters/files/<uuid:uid>/", reading.file, name="file"),
    path("letters/write/<uuid:uid>/", writing.write, name="write"),
    path("letters/reply/<uuid:uid>/", composing.compose, name="compose"),
    path("letters/reply/<uuid:uid>/draft/", composing.save, name="draft"),
    path("letters/reply/<uuid:uid>/put-away/", composing.put_away, name="put_away"),
    path("letters/reply/<uuid:uid>/news/", composing.news, name="news"),
    path("letters/reply/<uuid:uid>/files/", composing.attach, name="attach"),
    path("letters/reply/<uuid:uid>/files/<int:position>/", composing.detach, name="detach"),
    path("letters/reply/<uuid:uid>/answers/", composing.answers, name="answers"),
    path("letters/reply/<uuid:uid>/cite/", composing.cite, name="cite"),
    path("letters/reply/<uuid:uid>/uncite/<uuid:version>/", composing.drop_citation, name="drop_citation"),
    path("letters/drafts/<uuid:uid>/", composing.see_draft, name="see_draft"),
    path("letters/drafts/<uuid:uid>/take/", composing.take_over, name="take_over"),
    path("letters/replies/<uuid:uid>/undo/", replies.undo, name="undo"),
    path("letters/replies/<uuid:uid>/settle/", replies.settle, name="settle"),
    path("letters/replies/<uuid:uid>/reuse/", replies.reuse, name="reuse"),
    path("letters/uncertain/", replies.uncertain, name="uncertain"),
    path("letters/release/", release.waiting, name="release"),
    path("letters/release/all/", release.release_all, name="release_all"),
    path("letters/release/undo/", release.undo_all, name="undo_all"),
    path("letters/release/<uuid:uid>/", release.waiting, name="release_one"),
    path("letters/release/<uuid:uid>/release/", release.decide, name="decide"),
    path("letters/release/<uuid:uid>/back/", release.send_back, name="send_back"),
    path("letters/release/<uuid:uid>/lift/", release.lift, name="lift"),
    path("letters/set-aside/", setaside.listing, name="set_aside"),
    path("letters/set-aside/<uuid:uid>/", setaside.one, name="aside"),
    path("letters/set-aside/<uuid:uid>/html/", setaside.as_sent, name="aside_html"),
    path("letters/set-aside/<uuid:uid>/raw/", setaside.raw, name="aside_raw"),
    path("letters/set-aside/<uuid:uid>/restore/", setaside.restore, name="restore"),
    path("letters/set-aside/<uuid:uid>/replay/", setaside.replay, name="replay"),
    path("letters/seal/<uuid:uid>/", sealed.seal, name="seal"),
    path("letters/sealed/", sealed.listing, name="sealed"),
    path("letters/sealed/<uuid:uid>/", sealed.one, name="sealed_one"),
    path("letters/sealed/<uuid:uid>/raw/<uuid:message>/", sealed.raw, name="sealed_raw"),
    path("letters/sealed/<uuid:uid>/lift/", sealed.lift, name="lift_seal"),
    path("letters/ledger/", ledger.page, name="ledger"),
    path("letters/ledger.json", ledger.page, {"form": ".json"}, name="ledger_json"),
]
