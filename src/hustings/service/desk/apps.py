from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hustings.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import (  # noqa: PLC0415
            automation,
            entries,
            erasing,
            feed_panel,
            panels,
            person_page,
            privileged_panel,
            records,
            timeline,
            trail_words,
        )
        from .receivers import access_ended  # noqa: F401, PLC0415 start-up: they read models, there only now
        from .tasks import wake_snoozed  # noqa: F401, PLC0415

        records.register()
        entries.register()
        erasing.register()
        panels.register()
        feed_panel.register()
        privileged_panel.register()
        automation.register()
        person_page.register()
        timeline.register()
        trail_words.register()
