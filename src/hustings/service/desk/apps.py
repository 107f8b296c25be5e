from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hustings.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are not there before ready.
        from . import (  # noqa: PLC0415  # noqa: F401, PLC0415
            automation,
            entries,
            feed_panel,
            panels,
            person_page,
            records,
            timeline,
            trail_words,
        )

        records.register()
        entries.register()
        panels.register()
        feed_panel.register()
        automation.register()
        person_page.register()
        timeline.register()
        trail_words.register()
