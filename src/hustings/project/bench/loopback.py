"""This machine's own addresses, for servers that are started to be measured."""

import socket
import time
import urllib.request


def free_port() -> int:
    """One that nobody listens at now."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def is_served(url: str) -> bool:
    """Whether somebody answers there."""
    try:
        urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  (loopback)
    except OSError:
        return False
    return True


def wait_for(url: str, seconds: float = 60.0) -> None:
    """Until somebody answers there. Raises TimeoutError."""
    end = time.monotonic() + seconds
    while not is_served(url):
        if time.monotonic() > end:
            raise TimeoutError(f"Nobody answers at {url}.")
        time.sleep(0.2)
