"""What is kept here are ids, slugs and numbers, which stay; the models' files are named by their versions."""

from hustings.foundation.retention import registry

from .models import Version


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(lambda sha256: Version.objects.filter(sha256=sha256).exists())
