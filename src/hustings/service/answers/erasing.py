"""What answers tell of their files: no erasure of a letter or a post with the same bytes removes them."""

from hustings.foundation.retention import registry

from .models import Attachment


def register() -> None:
    """Called once, when the app is ready."""
    registry.uses_objects(lambda sha256: Attachment.objects.filter(sha256=sha256).exists())
