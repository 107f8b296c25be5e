"""Page views as fast as the server gives them: by `wrk` where it is installed (its processor time is not the server's,
but it is this machine's), else by a small generator of ours; and the same page as a file by nginx."""

import asyncio
import json
import os
import re
import shutil
import socket
import statistics
import subprocess
import tempfile
import time
import urllib.request
from pathlib import Path
from typing import Any

AGENT = "Mozilla/5.0 (X11; Linux x86_64; rv:140.0) Gecko/20100101 Firefox/140.0"

LUA = """
local paths = {%s}
local n = 0
request = function()
  n = n %% #paths + 1
  return wrk.format("GET", paths[n])
end
done = function(summary, latency, requests)
  io.write(string.format('\\nRESULT {"requests": %%d, "micros": %%d, "p95_us": %%d, "status": %%d, "lost": %%d}\\n',
    summary.requests, summary.duration, latency:percentile(95), summary.errors.status,
    summary.errors.connect + summary.errors.read + summary.errors.write + summary.errors.timeout))
end
"""


def load(base: str, paths: list[str], seconds: int) -> dict[str, Any]:
    """As many as it gives to 48 connections."""
    if shutil.which("wrk") is None:
        return asyncio.run(own_load(base, paths, seconds))
    with tempfile.NamedTemporaryFile("w", suffix=".lua") as script:
        script.write(LUA % ", ".join(json.dumps(path) for path in paths))
        script.flush()
        line = [
            "wrk",
            "-t1",
            "-c48",
            f"-d{seconds}s",
            "--timeout",
            "20s",
            "-s",
            script.name,
            "-H",
            f"User-Agent: {AGENT}",
        ]
        told = subprocess.run([*line, "-H", "Accept-Encoding: gzip", base], capture_output=True, text=True, check=True)
    found = re.search(r"RESULT (\{.*\})", told.stdout)
    result = json.loads(found[1]) if found else {}
    return {
        "per_second": round(result["requests"] / result["micros"] * 1e6),
        "p95_ms": round(result["p95_us"] / 1000, 2),
        "requests": result["requests"],
        "errors": result["status"] + result["lost"],
        "by": "wrk",
    }


async def own_load(base: str, paths: list[str], seconds: int) -> dict[str, Any]:
    times: list[float] = []
    wrong = 0
    end = time.perf_counter() + seconds

    async def one(number: int) -> None:
        nonlocal wrong
        line = Line(base)
        while time.perf_counter() < end:
            began = time.perf_counter()
            wrong += await line.get(paths[(number + len(times)) % len(paths)]) != 200
            times.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(one(number) for number in range(24)))
    p95 = statistics.quantiles(times, n=20)[18]
    return {
        "per_second": round(len(times) / seconds), "p95_ms": round(p95, 2), "requests": len(times), "errors": wrong,
        "by": "our own generator",
    }  # fmt: skip


class Line:
    """One kept-alive connection."""

    def __init__(self, base: str) -> None:
        self._host, _, port = base.removeprefix("http://").partition(":")
        self._port = int(port)
        self._streams: tuple[asyncio.StreamReader, asyncio.StreamWriter] | None = None

    async def get(self, path: str) -> int:
        if self._streams is None:
            self._streams = await asyncio.open_connection(self._host, self._port)
        reader, writer = self._streams
        head = f"GET {path} HTTP/1.1\r\nHost: 127.0.0.1\r\nUser-Agent: {AGENT}\r\nAccept-Encoding: gzip\r\n\r\n"
        writer.write(head.encode())
        answer = (await reader.readuntil(b"\r\n\r\n")).decode("latin-1").lower()
        length = re.search(r"content-length: (\d+)", answer)
        if length:
            await reader.readexactly(int(length[1]))
        else:
            self._streams = None
            writer.close()
        return int(answer.split(" ", 2)[1])


def free_port() -> int:
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def wait(url: str, seconds: float = 60.0) -> None:
    end = time.monotonic() + seconds
    while True:
        try:
            urllib.request.urlopen(url, timeout=2).close()  # noqa: S310  (loopback)
            return
        except OSError:
            if time.monotonic() > end:
                raise
            time.sleep(0.2)


def as_file(packed: bytes, seconds: int) -> dict[str, Any]:
    """nginx with two processes and the same packed page as a file, asked in the same way."""
    if shutil.which("nginx", path=os.environ.get("PATH", "") + ":/usr/sbin") is None:
        return {"by": "not measured: nginx is not installed"}
    port = free_port()
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        folder.chmod(0o755)
        (folder / "page.html.gz").write_bytes(packed)
        (folder / "page.html").write_bytes(packed)
        (folder / "nginx.conf").write_text(
            f"daemon off; worker_processes 2; pid {folder}/pid; error_log {folder}/error.log;\n"
            "events { worker_connections 512; }\n"
            f"http {{ access_log off; sendfile on; client_body_temp_path {folder}/b; proxy_temp_path {folder}/p;\n"
            f" fastcgi_temp_path {folder}/f; uwsgi_temp_path {folder}/u; scgi_temp_path {folder}/s;\n"
            f" server {{ listen 127.0.0.1:{port}; root {folder}; gzip_static on; }} }}\n"
        )
        path = os.environ.get("PATH", "") + ":/usr/sbin"
        server = subprocess.Popen(["nginx", "-c", str(folder / "nginx.conf")], env={"PATH": path})
        try:
            wait(f"http://127.0.0.1:{port}/page.html", 10)
            return {**load(f"http://127.0.0.1:{port}", ["/page.html"], seconds), "by": "nginx"}
        finally:
            server.terminate()
            server.wait(10)
