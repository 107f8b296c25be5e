"""The server's settings: for a machine of two cores that also runs the application."""

import os
from collections.abc import Mapping
from pathlib import Path

from hustings.foundation.core.postgres.folder import PORT, Folder

MB = 1024 * 1024


def memory() -> int:
    """The bytes this process may use: the machine's, or its container's limit when that is less."""
    total = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES")
    for path in ("/sys/fs/cgroup/memory.max", "/sys/fs/cgroup/memory/memory.limit_in_bytes"):
        try:
            total = min(total, int(Path(path).read_text()))
        except (OSError, ValueError):  # no such file, or the word "max"
            continue
    return total


def settings_for(folder: Folder, extra: Mapping[str, str]) -> dict[str, str]:
    """Every setting that differs from PostgreSQL's own; `extra` wins. `synchronous_commit` stays on: what was
    acknowledged is on disk."""
    size = memory() // MB
    return {
        "listen_addresses": "",
        "port": str(PORT),
        "unix_socket_directories": str(folder.sockets),
        "unix_socket_permissions": "0700",
        "max_connections": "120",
        "password_encryption": "scram-sha-256",
        "timezone": "UTC",
        "log_timezone": "UTC",
        "shared_buffers": f"{max(64, min(512, size // 8))}MB",
        "effective_cache_size": f"{max(256, size // 2)}MB",
        "work_mem": "16MB",
        "maintenance_work_mem": f"{max(32, min(256, size // 16))}MB",
        "wal_compression": "pglz",  # the wheel has neither lz4 nor zstd
        "max_wal_size": "2GB",
        "min_wal_size": "256MB",
        "wal_buffers": "16MB",
        "checkpoint_timeout": "15min",
        "random_page_cost": "1.1",
        "io_workers": "2",
        "jit": "off",
        "max_parallel_workers_per_gather": "1",
        "max_parallel_workers": "2",
        "max_worker_processes": "6",
        "autovacuum_max_workers": "2",
        "autovacuum_naptime": "20s",
        "log_startup_progress_interval": "2s",
        "log_checkpoints": "off",
        "logging_collector": "on",
        "log_directory": str(folder.log),
        "log_filename": "postgres-%a.log",  # a week, then over again
        "log_truncate_on_rotation": "on",
        "log_rotation_age": "1d",
        "log_rotation_size": "0",
        "log_file_mode": "0600",
        **extra,
    }


def as_file(settings: Mapping[str, str]) -> str:
    """The text of postgresql.conf."""
    quoted = {name: value.replace("'", "''") for name, value in settings.items()}
    lines = [f"{name} = '{value}'" for name, value in quoted.items()]
    return "# Written by Hustings at each start.\n" + "\n".join(lines) + "\n"
