from django.apps import AppConfig


class CampaignsConfig(AppConfig):
    name = "hustings.service.campaigns"
    label = "campaigns"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, natures, receivers, records, tasks, trail_words  # noqa: F401, PLC0415  (models are not there before ready)

        records.register()
        entries.register()
        erasing.register()
        trail_words.register()
        natures.register()
