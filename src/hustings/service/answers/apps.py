from django.apps import AppConfig


class AnswersConfig(AppConfig):
    name = "hustings.service.answers"
    label = "answers"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import automation, entries, erasing, records, tasks, topics, trail_words  # noqa: F401, PLC0415  (models are not there before ready; topics have gates)

        records.register()
        automation.register()
        entries.register()
        erasing.register()
        tasks.register()
        trail_words.register()
