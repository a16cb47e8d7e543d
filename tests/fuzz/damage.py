"""Ways in which a file comes to harm, each decided by a seed."""

from collections.abc import Callable

import numpy as np
from numpy.random import Generator

_HEADER = 600
_EXTREMES = (0, 1, 0x7F, 0x80, 0xFF, 0x7FFF, 0x8000, 0xFFFF, 0x7FFFFFFF, 0x80000000, 0xFFFFFFFF)


def damaged(content: bytes, seed: int) -> bytes:
    """Return content with one to three kinds of harm done to it; equal seeds do equal harm."""
    rng = np.random.default_rng(seed)
    harmed = bytearray(content)
    for _ in range(int(rng.integers(1, 4))):
        _HARMS[int(rng.integers(len(_HARMS)))](harmed, rng)
        if not harmed:
            break
    return bytes(harmed)


def _place(harmed: bytearray, rng: Generator) -> int:
    """Return a place, half of the time one where headers are."""
    end = min(len(harmed), _HEADER) if rng.random() < 0.5 else len(harmed)
    return int(rng.integers(end))


def _change_bytes(harmed: bytearray, rng: Generator) -> None:
    for _ in range(int(rng.integers(1, 9))):
        harmed[_place(harmed, rng)] = int(rng.integers(256))


def _flip_bit(harmed: bytearray, rng: Generator) -> None:
    harmed[_place(harmed, rng)] ^= 1 << int(rng.integers(8))


def _set_extreme(harmed: bytearray, rng: Generator) -> None:
    """Write the largest and smallest numbers that sizes, offsets and counts can have."""
    width = int(rng.choice([1, 2, 4]))
    value = _EXTREMES[int(rng.integers(len(_EXTREMES)))] & ((1 << 8 * width) - 1)
    place = _place(harmed, rng)
    harmed[place : place + width] = value.to_bytes(width, "little" if rng.random() < 0.5 else "big")


def _change_digit(harmed: bytearray, rng: Generator) -> None:
    """Change a number that is written as text."""
    digits = [place for place, letter in enumerate(harmed) if 0x30 <= letter <= 0x39]
    if digits:
        place = digits[int(rng.integers(len(digits)))]
        harmed[place : place + 1] = str(int(rng.choice([0, 1, 9, -1, 99999, 10**9]))).encode()


def _cut(harmed: bytearray, rng: Generator) -> None:
    del harmed[_place(harmed, rng) :]


def _remove(harmed: bytearray, rng: Generator) -> None:
    place = _place(harmed, rng)
    del harmed[place : place + int(rng.integers(1, 64))]


def _insert(harmed: bytearray, rng: Generator) -> None:
    place = _place(harmed, rng)
    harmed[place:place] = rng.bytes(int(rng.integers(1, 64)))


def _repeat(harmed: bytearray, rng: Generator) -> None:
    place = _place(harmed, rng)
    harmed[place:place] = harmed[place : place + int(rng.integers(1, 256))]


_HARMS: tuple[Callable[[bytearray, Generator], None], ...] = (
    _change_bytes, _flip_bit, _set_extreme, _set_extreme, _change_digit, _cut, _remove, _insert, _repeat,
)  # fmt: skip
