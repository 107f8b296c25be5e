from django.apps import AppConfig


class DeskConfig(AppConfig):
    name = "hustings.service.desk"
    label = "desk"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        # Models are there only now: what is registered reads them.
        from . import entries, panels, tasks, timeline  # noqa: F401 tasks register their jobs

        entries.register()
        panels.register()
        timeline.register()
