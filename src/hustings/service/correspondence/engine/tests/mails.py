"""Small letters that the tests are made of."""

from pathlib import Path

from hypothesis import settings

patient = settings(deadline=None)  # a first call may load a model, and machines are shared


def mail(body: str | bytes, *headers: str, content_type: str = "", encoding: str = "") -> bytes:
    """A message with CRLF line ends: the given headers, or a plain From and Subject, and the body as it is."""
    lines = list(headers) or ["From: Ann Lee <ann@example.org>", "Subject: A question"]
    if content_type:
        lines += ["MIME-Version: 1.0", f"Content-Type: {content_type}"]
    if encoding:
        lines.append(f"Content-Transfer-Encoding: {encoding}")
    data = body if isinstance(body, bytes) else body.replace("\n", "\r\n").encode()
    return "\r\n".join(lines).encode() + b"\r\n\r\n" + data


def parts(*leaves: str, kind: str = "mixed", end: bool = True) -> bytes:
    """A multipart message of leaves given as headers, empty line, body."""
    body = "".join(f"--cut\n{leaf}\n" for leaf in leaves) + ("--cut--\n" if end else "")
    return mail(body, content_type=f'multipart/{kind}; boundary="cut"')


def real_messages(data: Path) -> list[Path]:
    """Every raw message of the shared mail folders."""
    folders = ["mail_cpython", "mail_django_helpdesk", "mail_django_mailbox", "mail_spamassassin_a", "bounce_flufl"]
    files = [file for folder in folders for file in (data / folder).rglob("*") if file.suffix in (".txt", ".eml")]
    return sorted(files + list((data / "mail_talon").rglob("*.eml")))
