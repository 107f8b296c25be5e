"""Repeatable chance: every letter and person has random numbers of its own, whatever is made before it."""

from __future__ import annotations

from random import Random

GOLDEN = 0.6180339887498949
_MASK = (1 << 64) - 1


def mixed(seed: int, number: int, stream: int) -> int:
    """A 64-bit number from three (splitmix64), so that neighbouring letters share nothing."""
    z = (seed * 0x9E3779B97F4A7C15 + number * 0xBF58476D1CE4E5B9 + stream * 0x94D049BB133111EB + 0x1B873593) & _MASK
    z = ((z ^ (z >> 30)) * 0xBF58476D1CE4E5B9) & _MASK
    z = ((z ^ (z >> 27)) * 0x94D049BB133111EB) & _MASK
    return z ^ (z >> 31)


def fraction(seed: int, number: int, stream: int) -> float:
    """A number in [0, 1) from three."""
    return mixed(seed, number, stream) / 2**64


def spread(seed: int, number: int, stream: int) -> float:
    """Numbers in [0, 1) that fill the interval evenly as ``number`` counts up."""
    return (fraction(seed, 0, stream) + number * GOLDEN) % 1.0


def random_for(seed: int, number: int, stream: int) -> Random:
    return Random(mixed(seed, number, stream))
