"""What marks a function as an action."""

from collections.abc import Callable
from functools import wraps
from typing import ParamSpec, TypeVar

from django.db import transaction

from .reading import ReadOnly, current, unveiled

Given = ParamSpec("Given")
Answer = TypeVar("Answer")


def action(function: Callable[Given, Answer]) -> Callable[Given, Answer]:
    """One transaction, in which the house works and sees true values. Raises ReadOnly when the reader may change
    nothing (looks as somebody else)."""

    @wraps(function)
    def act(*args: Given.args, **kwargs: Given.kwargs) -> Answer:
        reader = current()
        if reader is not None and reader.read_only:
            raise ReadOnly
        with unveiled(), transaction.atomic():
            return function(*args, **kwargs)

    return act
