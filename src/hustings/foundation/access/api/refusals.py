"""What the API does not do, and how it says so."""

from django.http import HttpRequest, HttpResponse

from ..problems import problem


class Refused(Exception):
    """Ends a request with a problem document; nothing was changed."""

    def __init__(
        self, status: int, kind: str, detail: str = "", *, errors: list[dict[str, str]] | None = None, wait: int = 0
    ) -> None:
        super().__init__(detail or kind)
        self.status, self.kind, self.detail, self.errors, self.wait = status, kind, detail, errors, wait

    def answer(self, request: HttpRequest) -> HttpResponse:
        return problem(request, self.status, self.kind, self.detail, errors=self.errors, retry_after=self.wait or None)
