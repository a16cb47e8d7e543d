"""What a user asks to be written of the masks that they drew, light enough for the window."""

from dataclasses import dataclass, field, replace
from enum import Enum
from pathlib import Path

import numpy as np

from app.domain.arrays import BoolArray
from app.domain.case import Case
from app.domain.stack import Stack


class Format(Enum):
    """A kind of file; the value is the ending of its name."""

    NIFTI = ".nii.gz"
    PNG = ".png"
    DICOM = ".dcm"


@dataclass(frozen=True, slots=True, eq=False)
class Saving:
    """Asks for one reader's masks to be written.

    Attributes:
        case: with the slices that are marked; the others need not be there.
        masks: (slices, rows, columns).
        path: of the file.
        format: of the file.
        source: the file or folder that the case was opened from.
        copied: whether the masks began as a copy of what a model found.
        deidentified: whether a DICOM object leaves out everything that names a patient.
        key: secret of this user that stand-ins for identifiers are made with.
        overwrite: whether a file that is already there is replaced.
    """

    case: Case = field(repr=False)
    masks: BoolArray = field(repr=False)
    path: Path
    format: Format
    source: Path
    copied: bool = False
    deidentified: bool = True
    key: bytes = field(default=b"", repr=False)
    overwrite: bool = False

    @property
    def provenance(self) -> str:
        """Who drew the masks."""
        return "Reader's edit of AI" if self.copied else "Drawn by a reader"


def order_of(case: Case, masks: BoolArray, path: Path, source: Path, file_format: Format) -> Saving:
    """Return the order for masks, with no more of the case than is needed.

    Raises:
        MissingSliceError: a marked slice that a DICOM object would refer to is not here.
    """
    stack = Stack(case.pixels.shape)
    if file_format is Format.DICOM:
        for index in np.flatnonzero(masks.any(axis=(1, 2))).tolist():
            stack.put(index, case.pixels.packed(index))
    return Saving(replace(case, pixels=stack, references=None), masks, path, file_format, source)
