from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    name = "hustings.foundation.objects"
    label = "objects"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are not there before ready.
        from . import entries, erasing, feed_panel, guarding, records, tasks, trail_words  # noqa: F401, PLC0415

        guarding.install()
        records.register()
        entries.register()
        erasing.register()
        feed_panel.register()
        trail_words.register()
