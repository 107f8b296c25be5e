"""Names of files that came from outside."""

import pytest

from hustings.foundation.core.texts import safe_name


@pytest.mark.parametrize(
    ("name", "safe"),
    [
        ("sample ballot.pdf", "sample ballot.pdf"),
        ("C:\\Users\\me\\..\\ballot.pdf", "ballot.pdf"),
        ("/etc/passwd", "passwd"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("bri\r\nef\x00.txt", "brief.txt"),
        ('what? "now".txt', "what_ _now_.txt"),
        ("..", "file"),
        ("", "file"),
        ("n" * 300 + ".pdf", "n" * 116 + ".pdf"),
        ("n" * 300 + "." + "e" * 50, "n" * 120),
        ("n" * 300, "n" * 120),
    ],
)
def test_a_safe_name(name: str, safe: str) -> None:
    assert safe_name(name) == safe
