"""Mail in and out, and what the world's DNS says of the sending domain. Needs Django."""

import socket
from collections.abc import Iterator
from urllib.parse import urlsplit

from hustings.project.cli.checks.finding import Finding, failed, ok, skipped, warning

SECONDS = 3.0
SELECTORS = ("hustings", "default", "mail", "google", "selector1", "s1", "k1")


def check_mail() -> Iterator[Finding]:
    """The listener, the smarthost, the outbox, and SPF, DKIM and DMARC of each sending domain."""
    from django.conf import settings

    from hustings.foundation.channels import queries

    yield _listener(settings.HUSTINGS_LMTP)
    yield _smarthost(settings.HUSTINGS_SMTP_URL)
    yield _outbox(queries.outbox_counts())
    domains = sorted({box.address.rpartition("@")[2] for box in queries.mailboxes()})
    if not domains:
        yield warning("mailboxes", "the campaign has no address yet", "Add one in the settings page.")
    for domain in domains:
        yield from check_domain(domain)


def _listener(address: str) -> Finding:
    host, _, port = address.rpartition(":")
    try:
        with socket.create_connection((host, int(port)), SECONDS) as line:
            line.settimeout(SECONDS)
            greeting = line.recv(200).decode(errors="replace").strip()
    except OSError as error:
        return warning(
            "mail in", f"no LMTP listener on {address} ({error})", "Start `hustings up` (or `hustings mail`)."
        )
    if greeting.startswith("220"):
        return ok("mail in", f"LMTP on {address} answers")
    return failed("mail in", f"{address} answers {greeting!r}", "Another program has that port: set HUSTINGS_LMTP.")


def _smarthost(url: str) -> Finding:
    if url.startswith("caught:"):
        return ok("mail out", "caught in the local mailbox; none leaves")
    parts = urlsplit(url)
    if not parts.hostname:
        return failed(
            "mail out", "no mail server is set, so nothing leaves", "Set HUSTINGS_SMTP_URL to your smarthost."
        )
    port = parts.port or (465 if parts.scheme == "smtps" else 25)
    try:
        socket.create_connection((parts.hostname, port), SECONDS).close()
    except OSError as error:
        return failed("mail out", f"{parts.hostname}:{port} does not answer ({error})", "Check HUSTINGS_SMTP_URL.")
    return ok("mail out", f"{parts.hostname}:{port} answers")


def _outbox(counts: dict[str, int]) -> Finding:
    words = ", ".join(f"{count} {state}" for state, count in counts.items() if count) or "empty"
    if counts.get("uncertain"):
        return warning("outbox", words, "Settle the uncertain ones in the outbox page: sent, or to be sent again.")
    return ok("outbox", words)


def check_domain(domain: str) -> Iterator[Finding]:
    """SPF, DKIM and DMARC. Skipped where DNS does not answer, for then nothing is known."""
    try:
        spf = [text for text in _texts(domain) if text.lower().startswith("v=spf1")]
        dmarc = [text for text in _texts(f"_dmarc.{domain}") if text.lower().startswith("v=dmarc1")]
        keys = [name for name in SELECTORS if any("p=" in text for text in _texts(f"{name}._domainkey.{domain}"))]
    except _NoAnswer as error:
        yield skipped(f"DNS of {domain}", f"DNS does not answer here ({error})", "Run it again where it does.")
        return
    yield _spf(domain, spf)
    yield _dkim(domain, keys)
    yield _dmarc(domain, dmarc)


def _spf(domain: str, found: list[str]) -> Finding:
    name = f"SPF of {domain}"
    if len(found) == 1 and found[0].split()[-1] in ("-all", "~all"):
        return ok(name, found[0])
    if len(found) == 1:
        return warning(name, found[0], "End the record with ~all or -all, so that others cannot send as you.")
    if found:
        return failed(name, f"{len(found)} records; receivers then ignore all", "Leave one TXT record with v=spf1.")
    return failed(name, "no record", f'Add a TXT record to {domain}: "v=spf1 a mx include:YOUR-SMARTHOST ~all".')


def _dkim(domain: str, found: list[str]) -> Finding:
    name = f"DKIM of {domain}"
    if found:
        return ok(name, f"key published under {', '.join(found)}")
    return warning(
        name,
        f"no key under the usual selectors ({', '.join(SELECTORS)})",
        "Let your smarthost sign and publish the key it names; under another selector it is fine as it is.",
    )


def _dmarc(domain: str, found: list[str]) -> Finding:
    name = f"DMARC of {domain}"
    if not found:
        return failed(
            name, "no record", f'Add a TXT record to _dmarc.{domain}: "v=DMARC1; p=none; rua=mailto:you@{domain}".'
        )
    if "p=none" in found[0].replace(" ", "").lower():
        return warning(name, found[0], "Once the reports look right, raise p=none to p=quarantine, then p=reject.")
    return ok(name, found[0])


class _NoAnswer(Exception):
    """DNS could not be asked."""


def _texts(name: str) -> list[str]:
    import dns.exception
    import dns.resolver

    try:
        answer = dns.resolver.resolve(name, "TXT", lifetime=SECONDS)
    except (dns.resolver.NXDOMAIN, dns.resolver.NoAnswer):
        return []
    except (dns.exception.DNSException, OSError) as error:
        raise _NoAnswer(type(error).__name__) from error
    return [b"".join(record.strings).decode(errors="replace") for record in answer]
