"""Page views as fast as the server gives them: by `wrk` where it is installed (its processor time is not the server's,
but it is this machine's), else by a small generator of ours; and the same page as a file by nginx."""

import asyncio
import json
import os
import re
import shutil
import statistics
import subprocess
import tempfile
import time
from pathlib import Path
from typing import Any

from ..agents.wire import AGENT, CutShort, Line
from ..loopback import free_port, wait_for

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
        line = Line(port_of(base))
        while time.perf_counter() < end:
            began = time.perf_counter()
            wrong += await status_of(line, paths[(number + len(times)) % len(paths)]) != 200
            times.append((time.perf_counter() - began) * 1000)

    await asyncio.gather(*(one(number) for number in range(24)))
    p95 = statistics.quantiles(times, n=20)[18]
    return {
        "per_second": round(len(times) / seconds), "p95_ms": round(p95, 2), "requests": len(times), "errors": wrong,
        "by": "our own generator",
    }  # fmt: skip


def port_of(base: str) -> int:
    return int(base.rpartition(":")[2])


async def status_of(line: Line, path: str) -> int:
    """0 when no answer came."""
    try:
        return (await line.ask(path)).status
    except CutShort:
        return 0


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
            wait_for(f"http://127.0.0.1:{port}/page.html", 10)
            return {**load(f"http://127.0.0.1:{port}", ["/page.html"], seconds), "by": "nginx"}
        finally:
            server.terminate()
            server.wait(10)
