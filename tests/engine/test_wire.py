"""Values cross a pipe unchanged, whatever the size of their arrays."""

import multiprocessing
import pickle
import threading

import numpy as np
import pytest

from app.engine.wire import receive, send, widen


@pytest.mark.parametrize("size", [0, 1, 5 << 20])
def test_an_array_comes_out_as_it_went_in(size: int) -> None:
    theirs, ours = multiprocessing.Pipe(duplex=False)
    widen(theirs)
    sent = {"name": "x", "pixels": np.random.default_rng(0).integers(0, 255, size).astype(np.uint8)}
    sender = threading.Thread(target=send, args=(ours, sent))
    sender.start()
    got = receive(theirs)
    sender.join()
    assert got["name"] == "x"
    np.testing.assert_array_equal(got["pixels"], sent["pixels"])
    assert not size or got["pixels"].flags.writeable
    ours.close()
    with pytest.raises(EOFError):
        receive(theirs)
    theirs.close()


def test_an_end_within_an_array_is_noticed() -> None:
    theirs, ours = multiprocessing.Pipe(duplex=False)
    ours.send_bytes(pickle.dumps((b"", [1000])))  # announces an array that never comes
    ours.close()
    with pytest.raises(EOFError):
        receive(theirs)
    theirs.close()
