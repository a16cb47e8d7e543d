"""Trees of JSON values and arrays as files: a ZIP archive with one JSON text and one NPY file for each array.

Nothing is ever unpickled, and what a file announces is checked before memory is taken for it.
"""

import json
import zipfile
import zlib
from collections.abc import Callable
from io import BytesIO
from pathlib import Path
from typing import IO, Any

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.errors import UnreadableFileError
from app.domain.words import mark, tr

MOST_BYTES = 4 << 30
MOST_ARRAYS = 20_000
MOST_TEXT = 32 << 20
TEXT_NAME = "session.json"
_ARRAY, _SHAPE = "$array", "$shape"
_NOT_ONE = mark("it is not a session of Concord")
_DAMAGED = mark("it is damaged")


def write_archive(file: IO[bytes], tree: Any) -> None:
    """Write a tree of JSON values and arrays; `numpy.load` can read the file's arrays too."""
    with zipfile.ZipFile(file, "w", zipfile.ZIP_DEFLATED, compresslevel=1) as archive:
        count = 0

        def put(content: bytes) -> str:
            nonlocal count
            count += 1
            name = f"arrays/{count:05}.npy"
            archive.writestr(name, content)
            return name

        text = json.dumps(packed(tree, put))
        archive.writestr(TEXT_NAME, text)


def read_archive(path: Path) -> Any:
    """Return the tree of a file.

    Raises:
        UnreadableFileError: it is no such file, it is damaged, or it would take too much memory.
    """
    try:
        with zipfile.ZipFile(path) as archive:
            sizes = {entry.filename: entry.file_size for entry in archive.infolist()}
            refusal = _why_not(sizes)
            if refusal:
                raise UnreadableFileError(path.name, tr(refusal))
            return unpacked(json.loads(archive.read(TEXT_NAME)), archive.read)
    except OSError as error:
        raise UnreadableFileError(path.name, (error.strerror or "").lower() or tr("the disk refused it")) from error
    except (zipfile.BadZipFile, zlib.error, EOFError) as error:
        raise UnreadableFileError(path.name, tr(_DAMAGED) if path.stat().st_size else tr("it is empty")) from error
    except (ValueError, KeyError, TypeError, RecursionError, NotImplementedError, RuntimeError) as error:
        raise UnreadableFileError(path.name, tr(_DAMAGED)) from error


def packed(tree: Any, put: Callable[[bytes], str]) -> Any:
    """Return a tree with every array replaced by where it was put; truth values take one bit each.

    Args:
        tree: of JSON's kinds of values and arrays.
        put: keeps the content of an NPY file and returns its name.
    """
    if isinstance(tree, np.ndarray):
        if tree.dtype == np.bool_:
            return {_ARRAY: put(_npy(np.packbits(tree))), _SHAPE: list(tree.shape)}
        return {_ARRAY: put(_npy(tree))}
    if isinstance(tree, dict):
        return {key: packed(value, put) for key, value in tree.items()}
    if isinstance(tree, list | tuple):
        return [packed(value, put) for value in tree]
    return tree


def unpacked(tree: Any, get: Callable[[str], bytes]) -> Any:
    """Return a tree with its arrays; the inverse of `packed`.

    Raises:
        ValueError, KeyError, TypeError: it does not hold what it announces.
    """
    if isinstance(tree, list):
        return [unpacked(value, get) for value in tree]
    if not isinstance(tree, dict):
        return tree
    if _ARRAY not in tree:
        return {key: unpacked(value, get) for key, value in tree.items()}
    array = _from_npy(get(tree[_ARRAY]))
    return array if _SHAPE not in tree else _bits(array, tree[_SHAPE])


def _why_not(sizes: dict[str, int]) -> str:
    if TEXT_NAME not in sizes:
        return _NOT_ONE
    if sizes[TEXT_NAME] > MOST_TEXT or len(sizes) > MOST_ARRAYS or sum(sizes.values()) > MOST_BYTES:
        return mark("it would take more memory than a session does")
    return ""


def _npy(array: AnyArray) -> bytes:
    file = BytesIO()
    np.lib.format.write_array(file, np.ascontiguousarray(array), version=(1, 0), allow_pickle=False)
    return file.getvalue()


def _from_npy(content: bytes) -> AnyArray:
    """Read an array whose header tells the truth about its size."""
    file = BytesIO(content)
    if np.lib.format.read_magic(file) != (1, 0):
        raise ValueError("another version of the NPY format")
    shape, is_fortran, dtype = np.lib.format.read_array_header_1_0(file)
    if dtype.hasobject or is_fortran:
        raise ValueError(f"an array of {dtype} is never written")
    return np.frombuffer(content, dtype, offset=file.tell()).reshape(shape).copy()


def _bits(array: AnyArray, shape: list[int]) -> AnyArray:
    count = int(np.prod(shape, dtype=object))
    if array.dtype != np.uint8 or not 0 <= count <= 8 * array.size:
        raise ValueError(f"{array.size} bytes are no {shape} truth values")
    return np.unpackbits(array, count=count).reshape(shape).astype(np.bool_)
