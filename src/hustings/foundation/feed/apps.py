from django.apps import AppConfig


class FeedConfig(AppConfig):
    name = "hustings.foundation.feed"
    label = "feed"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, receivers, tasks, trail_words  # noqa: F401, PLC0415  (models are not there before ready)

        entries.register()
        erasing.register()
        tasks.register()
        trail_words.register()
