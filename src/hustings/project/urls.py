"""Every address of the house. What is public says so on its view (login_not_required) and in tests/house."""

from django.urls import include, path

from hustings.foundation.core.live.views import stream

urlpatterns = [
    path("live/", stream, name="live"),
    path("ui/", include("hustings.foundation.ui.urls")),
    path("", include("hustings.foundation.access.urls")),
    path("", include("hustings.foundation.channels.urls")),
    path("", include("hustings.foundation.retention.urls")),
    path("feed/", include("hustings.foundation.feed.urls")),
    path("records/", include("hustings.foundation.objects.urls")),
    path("tasks/", include("hustings.foundation.tasks.urls")),
    path("settings/rules/", include("hustings.foundation.automation.urls")),
    path("", include("hustings.constituents.confidences.urls")),
    path("people/", include("hustings.constituents.people.urls")),
    path("settings/topics/", include("hustings.constituents.topics.urls")),
    path("insight/", include("hustings.constituents.insight.urls")),
    path("", include("hustings.service.answers.public.urls")),
    path("answers/", include("hustings.service.answers.urls")),
    path("bulk/", include("hustings.service.bulk.urls")),
    path("campaigns/", include("hustings.service.campaigns.urls")),
    path("election-day/", include("hustings.service.surge.urls")),
    path("incidents/", include("hustings.service.incidents.urls")),
    path("calls/", include("hustings.service.calls.urls")),
    path("", include("hustings.service.correspondence.urls")),
    path("", include("hustings.service.desk.urls")),
]
