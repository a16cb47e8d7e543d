"""What a user asks to be written, as plain values that the window can hold without any library of the exports."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import Enum
from pathlib import Path

from app.export.layout import Part, Size


class Output(Enum):
    """A kind of file; the value is its name, or what several files are called together."""

    SHEET = "annotated.png"
    PICTURE = "picture.png"
    LEVELS = "levels.png"
    STEPS = "steps.png"
    FILM = "steps.gif"
    REPORT = "report.pdf"
    NUMBERS = "result.json"
    TABLE = "numbers.csv"
    VOLUMES = "NIfTI volumes"
    DICOM = "DICOM objects"
    SOFT = "DICOM soft map"


OUTPUT_FILES: Mapping[Output, tuple[str, ...]] = {
    **{output: (output.value,) for output in Output},
    Output.VOLUMES: ("soft.nii.gz", "levels.nii.gz", "samples.nii.gz"),
    Output.DICOM: ("image.dcm", "seg-bands.dcm", "seg-majority.dcm", "report.dcm", "sheet.dcm"),
    Output.SOFT: ("image.dcm", "seg-soft.dcm"),
}
"""The names of an output's files; `image.dcm` is there only where no other image can be referred to."""


@dataclass(frozen=True, slots=True)
class Order:
    """What is written, where and how.

    Attributes:
        outputs: the kinds of files.
        folder: that they go to; it exists.
        source: the file or folder that the case was opened from, for its DICOM headers.
        deidentified: whether DICOM objects leave out everything that names a patient.
        key: secret of this user that stand-ins for identifiers are made with.
        size: of the slice in pictures.
        part: of the slice in the picture as seen.
        refined: whether the accepted mask is the one refined by a CRF.
        overwrite: whether files that are already there are replaced.
        names: other names for single files.
        measurements: whether the reader's measurements are handed on, in pictures and numbers.
        outlines: whether the outlines that the reader drew are.
        notes: of the user on the study, for PDF and CSV; "" unless they asked for them to be handed on.
    """

    outputs: frozenset[Output]
    folder: Path
    source: Path
    deidentified: bool = True
    key: bytes = field(default=b"", repr=False)
    size: Size = field(default_factory=Size)
    part: Part | None = None
    refined: bool = False
    overwrite: bool = False
    names: Mapping[Output, str] = field(default_factory=dict)
    measurements: bool = True
    outlines: bool = True
    notes: str = field(default="", repr=False)

    def path(self, output: Output) -> Path:
        """Return where an output of one file goes."""
        return self.folder / self.names.get(output, output.value)
