from django.urls import path

from .views import building, forms_outside, importing, listing, main_fields, picking, record

app_name = "objects"
urlpatterns = [
    path("setup/", building.setup, name="setup"),
    path("setup/new/", building.new_object, name="new_object"),
    path("setup/<slug:slug>/", building.setup_object, name="setup_object"),
    path("setup/<slug:slug>/withdraw/", building.withdraw_object, name="withdraw_object"),
    path("setup/fields/<slug:record>/", building.setup_fields, name="setup_fields"),
    path("setup/fields/<slug:record>/new/", building.new_field, name="new_field"),
    path("setup/field/<uuid:uid>/", building.setup_field, name="setup_field"),
    path("setup/field/<uuid:uid>/move/", building.move_field, name="move_field"),
    path("setup/field/<uuid:uid>/withdraw/", building.withdraw_field, name="withdraw_field"),
    path("form/<slug:slug>/", forms_outside.form, name="form"),
    path("form/<slug:slug>/send/", forms_outside.send, name="send"),
    path("form/<slug:slug>/thanks/", forms_outside.thanks, name="thanks"),
    path("fields/<slug:record>/<uuid:uid>/", main_fields.edit, name="main_fields"),
    path("fields/<slug:record>/<uuid:uid>/file/<slug:field>/", main_fields.file, name="main_file"),
    path("pick/<slug:record>/", picking.pick, name="pick"),
    path("<slug:slug>/", listing.record_list, name="list"),
    path("<slug:slug>/list.csv", listing.as_csv, name="csv"),
    path("<slug:slug>/list.json", listing.as_json, name="json"),
    path("<slug:slug>/board/", listing.board, name="board"),
    path("<slug:slug>/next/", listing.take, name="take"),
    path("<slug:slug>/new/", record.new, name="new"),
    path("<slug:slug>/import/", importing.upload, name="import"),
    path("<slug:slug>/<uuid:uid>/", record.page, name="record"),
    path("<slug:slug>/<uuid:uid>/stage/", record.stage, name="stage"),
    path("<slug:slug>/<uuid:uid>/stage/<slug:to>/", record.stage_to, name="stage_to"),
    path("<slug:slug>/<uuid:uid>/owner/", record.owner, name="owner"),
    path("<slug:slug>/<uuid:uid>/delete/", record.delete, name="delete"),
    path("<slug:slug>/<uuid:uid>/file/<slug:field>/", record.file, name="file"),
]
