from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hustings.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import automation, entries, feed_panel, panels, person_page, receivers, records, tasks, timeline  # noqa: F401, PLC0415 start-up: they read models, there only now

        records.register()
        entries.register()
        panels.register()
        feed_panel.register()
        automation.register()
        person_page.register()
        timeline.register()
