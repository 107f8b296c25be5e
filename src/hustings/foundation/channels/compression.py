"""Raw bytes are kept as plain zstandard frames: the embedded server has no compression worth the name."""

import threading

import zstandard

_local = threading.local()
LEVEL = 3


def compress(raw: bytes) -> bytes:
    """One zstandard frame that knows its length."""
    if not hasattr(_local, "compressor"):
        _local.compressor = zstandard.ZstdCompressor(level=LEVEL, write_content_size=True)
    packed: bytes = _local.compressor.compress(raw)
    return packed


def expand(packed: bytes | memoryview) -> bytes:
    """The bytes that `compress` was given."""
    return zstandard.ZstdDecompressor().decompress(bytes(packed))
