"""Models: their versions, which one decides, and which one would come back."""

from ..models import Kind, State, Tenure, Version


def versions(kind: str, most: int = 20) -> list[Version]:
    """The newest first."""
    return list(Version.objects.filter(kind=kind).select_related("asked_by").order_by("-id")[:most])


def tenure(kind: str) -> Tenure | None:
    """What decides now; None where nobody ever chose: words do."""
    return Tenure.objects.filter(kind=kind, until=None).select_related("version", "by").first()


def tenures(kind: str, most: int = 20) -> list[Tenure]:
    """What decided when, the newest first."""
    return list(Tenure.objects.filter(kind=kind).select_related("version", "by").order_by("-id")[:most])


def before(kind: str) -> Version | None:
    """The version that decided before the one that does now; None where words did."""
    rows = Tenure.objects.filter(kind=kind).exclude(until=None).select_related("version").order_by("-id")
    row = rows.first()
    return row.version if row else None


def is_waiting(kind: str) -> bool:
    """Whether a training run is under way."""
    return Version.objects.filter(kind=kind, state=State.WAITING).exists()


def kinds() -> list[tuple[str, str]]:
    """(kind, its name)."""
    return [(kind.value, str(kind.label)) for kind in Kind]
