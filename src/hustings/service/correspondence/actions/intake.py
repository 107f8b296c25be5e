"""Mail in: from files (`intake_files`) and from what was delivered and waits (`take_in`)."""

from .intake_files import IntakeFailed, intake_files
from .intake_taking import take_in

__all__ = ["IntakeFailed", "intake_files", "take_in"]
