from django.apps import AppConfig


class UiConfig(AppConfig):
    name = "hustings.foundation.ui"
    label = "ui"
    default_auto_field = "django.db.models.BigAutoField"

    def ready(self) -> None:
        from . import builtin_keys  # noqa: PLC0415 (registries are filled once every app is loaded)

        builtin_keys.register()
