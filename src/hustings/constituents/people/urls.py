from django.urls import path

from .views import changes, listing, page, sameness, vips

app_name = "people"
urlpatterns = [
    path("", listing.people_list, name="list"),
    path("people.csv", listing.people_csv, name="csv"),
    path("people.json", listing.people_json, name="json"),
    path("vips/", vips.overview, name="vips"),
    path("vips/kinds/", vips.keep_kind, name="vip_kind"),
    path("vips/<uuid:uid>/end/", vips.end, name="end_vip"),
    path("<uuid:uid>/vip/", vips.mark, name="mark_vip"),
    path("<uuid:uid>/", page.person_page, name="page"),
    path("<uuid:uid>/details/", changes.details, name="details"),
    path("<uuid:uid>/care/", changes.care, name="care"),
    path("<uuid:uid>/place/", changes.place, name="place"),
    path("<uuid:uid>/reach/", changes.reach, name="reach"),
    path("<uuid:uid>/reach/<uuid:identifier_uid>/again/", changes.try_again, name="try_again"),
    path("<uuid:uid>/consent/", changes.consent, name="consent"),
    path("<uuid:uid>/mark/", changes.mark, name="mark"),
    path("<uuid:uid>/household/", changes.household, name="household"),
    path("<uuid:uid>/household/leave/", changes.leave, name="leave"),
    path("<uuid:uid>/note/", changes.note, name="note"),
    path("<uuid:uid>/same/<uuid:other_uid>/", sameness.compare, name="compare"),
    path("<uuid:uid>/merges/<uuid:merge_uid>/undo/", sameness.undo, name="undo_merge"),
]
