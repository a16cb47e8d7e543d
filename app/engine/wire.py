"""Values between two processes: arrays travel beside the pickle, in pieces, and are never copied as a whole.

A plain `Connection.recv` copies a picture of 70 MB twice while no other thread may run, which the window would feel.
"""

import os
import pickle
import sys
from contextlib import suppress
from multiprocessing.connection import Connection
from typing import Any

import numpy as np

if sys.platform == "linux":
    import fcntl

PIECE_BYTES = 1 << 20


def send(pipe: Connection, value: Any) -> None:
    """Send a value, its arrays out of band (pickle's protocol 5)."""
    buffers: list[pickle.PickleBuffer] = []
    head = pickle.dumps(value, protocol=5, buffer_callback=buffers.append)
    raw = [buffer.raw() for buffer in buffers]
    pipe.send_bytes(pickle.dumps((head, [part.nbytes for part in raw])))
    for part in raw:
        _empty(part, pipe)


def receive(pipe: Connection) -> Any:
    """Return the next value; its arrays own the memory into which they were received.

    Raises:
        EOFError: the other end was closed.
    """
    head, sizes = pickle.loads(pipe.recv_bytes())
    buffers = [np.empty(size, np.uint8) for size in sizes]
    for buffer in buffers:
        _fill(buffer.data, pipe)
    return pickle.loads(head, buffers=buffers)


def widen(pipe: Connection) -> None:
    """Let a pipe hold a whole slice where the system can, so that its sender need not wait for its receiver."""
    if sys.platform == "linux":
        with suppress(OSError):  # a user may have only so many wide pipes
            fcntl.fcntl(pipe.fileno(), fcntl.F_SETPIPE_SZ, PIECE_BYTES)


if sys.platform == "win32":

    def _empty(part: memoryview, pipe: Connection) -> None:
        for start in range(0, part.nbytes, PIECE_BYTES):
            pipe.send_bytes(part[start : start + PIECE_BYTES])

    def _fill(part: memoryview, pipe: Connection) -> None:
        for start in range(0, part.nbytes, PIECE_BYTES):
            pipe.recv_bytes_into(part[start : start + PIECE_BYTES])

else:
    # A `Connection` would copy every piece twice more, which makes up a third of the time that a long series takes.
    def _empty(part: memoryview, pipe: Connection) -> None:
        while part.nbytes:
            part = part[os.write(pipe.fileno(), part[:PIECE_BYTES]) :]

    def _fill(part: memoryview, pipe: Connection) -> None:
        while part.nbytes:
            count = os.readv(pipe.fileno(), [part[:PIECE_BYTES]])
            if count == 0:
                raise EOFError
            part = part[count:]
