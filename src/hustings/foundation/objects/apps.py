from django.apps import AppConfig


class ObjectsConfig(AppConfig):
    name = "hustings.foundation.objects"
    label = "objects"
    default_auto_field = "django.db.models.BigAutoField"
