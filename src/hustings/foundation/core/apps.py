from django.apps import AppConfig


class CoreConfig(AppConfig):
    name = "hustings.foundation.core"
    label = "core"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import lookups  # noqa: F401, PLC0415  (each registers itself)
