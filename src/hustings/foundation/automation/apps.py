from django.apps import AppConfig


class AutomationConfig(AppConfig):
    name = "hustings.foundation.automation"
    label = "automation"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import entries, erasing, heard, receivers, record_panel, tasks, trail_words, verbs  # noqa: F401, PLC0415 start-up: they read models, there only now

        heard.register()
        verbs.register()
        entries.register()
        erasing.register()
        tasks.register()
        record_panel.register()
        trail_words.register()
