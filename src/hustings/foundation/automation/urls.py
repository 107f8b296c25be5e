from django.urls import path

from .views import approvals, hooks, notices, processes, rules

app_name = "automation"
urlpatterns = [
    path("", rules.rules, name="rules"),
    path("new/", rules.edit_rule, name="new_rule"),
    path("log/", rules.log, name="whole_log"),
    path("webhooks/", hooks.hooks, name="hooks"),
    path("webhooks/new/", hooks.edit_hook, name="new_hook"),
    path("webhooks/<uuid:uid>/", hooks.edit_hook, name="hook"),
    path("webhooks/<uuid:uid>/<slug:verb>/", hooks.act_on_hook, name="act_on_hook"),
    path("approvals/", processes.processes, name="processes"),
    path("approvals/new/", processes.edit_process, name="new_process"),
    path("approvals/<uuid:uid>/", processes.edit_process, name="process"),
    path("waiting/", approvals.waiting, name="waiting"),
    path("waiting/away/", approvals.away, name="away"),
    path("waiting/away/<uuid:uid>/end/", approvals.end_away, name="end_away"),
    path("waiting/<uuid:uid>/", approvals.request_page, name="request"),
    path("waiting/<uuid:uid>/<slug:verb>/", approvals.decide, name="decide"),
    path("ask/<slug:slug>/<uuid:uid>/", approvals.ask, name="ask"),
    path("notices/", notices.notices, name="notices"),
    path("notices/seen/", notices.see_all, name="see_all"),
    path("notices/new/", notices.told, name="told"),
    path("notices/<uuid:uid>/", notices.open_notice, name="open_notice"),
    path("<uuid:uid>/", rules.edit_rule, name="rule"),
    path("<uuid:uid>/dry-run/", rules.trial, name="trial"),
    path("<uuid:uid>/log/", rules.log, name="log"),
    path("<uuid:uid>/<slug:verb>/", rules.act_on_rule, name="act_on_rule"),
]
