import pytest

from hustings.foundation.core.numbers import whole_number


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("007", 7), ("9" * 18, 10**18 - 1), ("٣", 3), ("", None), ("9" * 19, None), ("9" * 5000, None)]
    + [(text, None) for text in ("-1", "1.5", "²", " 1", "1\x00", "one")],
)
def test_what_is_no_number_is_said_by_the_other_value(text: str, number: int | None) -> None:
    assert whole_number(text, None) == number


def test_of_more_digits_than_are_meant() -> None:
    assert (whole_number("123", 1, digits=2), whole_number("12", 1, digits=2)) == (1, 12)
