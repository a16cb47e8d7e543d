"""The same file by other libraries, to check the program's own reading against them."""

import os
import warnings
from collections.abc import Callable, Generator
from dataclasses import dataclass
from pathlib import Path

import nibabel as nib
import numpy as np
import SimpleITK as sitk
from PIL import Image
from pydicom import dcmread
from pydicom.pixels.decoders.base import get_decoder
from pydicom.pixels.processing import apply_color_lut, apply_modality_lut
from pydicom.pixels.utils import pixel_array

from app.domain.arrays import AnyArray
from app.domain.errors import AppError
from app.imaging.codecs import PLUGIN
from app.imaging.kinds import Kind, recognise
from app.imaging.read import read_case


@dataclass(frozen=True, slots=True)
class Verdict:
    """What a library makes of a file.

    Attributes:
        library: its name.
        words: for people.
        same: whether the pixels are the program's own; None where either did not open the file.
    """

    library: str
    words: str
    same: bool | None = None


def stream_comparison(path: Path) -> Generator[None, None, tuple[Verdict, ...]]:
    """Read a file by SimpleITK and by the library of its family, as a job of the engine."""
    yield
    _hush()
    try:
        ours: AnyArray | None = read_case(path).pixels.whole()
    except AppError:
        ours = None
    return tuple(_verdict(name, read, path, ours) for name, read in _peers(path))


_AXES = 3
_CLOSE = 1e-5
_BYTE = 256


def _hush() -> None:
    """Let nothing that the libraries print reach the table."""
    warnings.simplefilter("ignore")
    nowhere = os.open(os.devnull, os.O_WRONLY)
    os.dup2(nowhere, 2)
    os.close(nowhere)


def _peers(path: Path) -> list[tuple[str, Callable[[Path], AnyArray]]]:
    try:
        kind = recognise(path)
    except AppError:
        kind = None
    second: dict[Kind | None, tuple[str, Callable[[Path], AnyArray]]] = {
        Kind.PHOTOGRAPH: ("Pillow", _by_pillow),
        Kind.NIFTI: ("nibabel", _by_nibabel),
        Kind.ANALYZE: ("nibabel", _by_nibabel),
        Kind.MGH: ("nibabel", _by_nibabel),
    }
    others = [("SimpleITK", _by_simpleitk)] if _is_safe(path, kind) else []
    return [*others, second.get(kind, ("pydicom", _by_pydicom))]


def _is_safe(path: Path, kind: Kind | None) -> bool:
    """Whether SimpleITK survives a file: it crashes on a NIfTI of more than four dimensions."""
    return kind not in {Kind.NIFTI, Kind.ANALYZE} or len(nib.load(path).shape) <= _AXES + 1


def _verdict(library: str, read: Callable[[Path], AnyArray], path: Path, ours: AnyArray | None) -> Verdict:
    try:
        theirs = read(path)
    except Exception as error:  # noqa: BLE001 - libraries raise anything, and that is the answer
        return Verdict(library, f"cannot ({type(error).__name__})")
    if ours is None:
        return Verdict(library, f"opens {theirs.shape}")
    words = _difference(ours.squeeze(), theirs.squeeze())
    return Verdict(library, words, same=words.startswith("same"))


def _difference(ours: AnyArray, theirs: AnyArray) -> str:
    """Say how two readings differ; a first volume, another order of frames, and a negative are the same pixels."""
    if theirs.ndim == ours.ndim + 1 and theirs.shape[1:] == ours.shape:
        theirs = theirs[0]
    if theirs.shape == (*ours.shape, _AXES) and (theirs == theirs[..., :1]).all():
        theirs = theirs[..., 0]
    if ours.shape != theirs.shape:
        return f"another shape {theirs.shape}"
    return (
        "same pixels" if np.array_equal(ours, theirs) else _distance(ours.astype(np.float64), theirs.astype(np.float64))
    )


def _distance(ours: AnyArray, theirs: AnyArray) -> str:
    """Compare numbers, but for those that are none."""
    good = np.isfinite(theirs)
    span = max(1e-12, float(np.ptp(theirs[good])) if good.any() else 0.0)
    if np.abs(ours - theirs)[good].max(initial=0) <= _CLOSE * span:
        return "same pixels"
    if np.ptp((ours + theirs)[good]) <= _CLOSE * span:
        return "same pixels, turned round"
    if ours.ndim >= _AXES and np.abs(_ordered(ours) - _ordered(theirs)).max() <= _CLOSE * span:
        return "same pixels in another order of frames"
    return f"differ by up to {np.abs(ours - theirs)[good].max():g} of {span:g}"


def _ordered(frames: AnyArray) -> AnyArray:
    """Return frames in an order that depends on their content alone."""
    flat = frames.reshape(len(frames), -1)
    weights = np.random.default_rng(0).random(flat.shape[1])
    ordered: AnyArray = flat[np.argsort(flat @ weights)]
    return ordered


def _by_simpleitk(path: Path) -> AnyArray:
    values: AnyArray = sitk.GetArrayFromImage(sitk.ReadImage(str(path)))
    return values


def _by_nibabel(path: Path) -> AnyArray:
    stored = np.asanyarray(nib.load(path).dataobj)
    if stored.dtype.names:
        stored = np.stack([stored[name] for name in "RGB"])
        return np.moveaxis(stored, 0, -1).transpose(2, 1, 0, 3)
    volumes = stored.reshape(*(*stored.shape, 1, 1)[:3], -1, order="F")
    return np.asarray(volumes[..., 0].T)


def _by_pillow(path: Path) -> AnyArray:
    with Image.open(path) as picture:
        return np.asarray(picture if picture.mode.startswith(("I", "F", "L")) else picture.convert("RGB"))


def _by_pydicom(path: Path) -> AnyArray:
    """Read by pydicom, with this program's codecs only where it has none of its own."""
    dataset = dcmread(path, force=True)
    syntax = dataset.file_meta.get("TransferSyntaxUID")
    if syntax is None:
        raise ValueError("pydicom needs the transfer syntax")
    own = sorted(set(get_decoder(syntax).available_plugins) - {PLUGIN}) if syntax.is_encapsulated else []
    try:
        stored = pixel_array(dataset, decoding_plugin=own[-1] if own else "")
    except RuntimeError:
        stored = pixel_array(dataset, decoding_plugin=PLUGIN)
    if dataset.PhotometricInterpretation != "PALETTE COLOR":
        return apply_modality_lut(stored, dataset)
    colours = apply_color_lut(stored, dataset)
    return colours // _BYTE if colours.dtype == np.uint16 else colours
