"""A DICOM file of many frames, of which one is read at a time."""

from dataclasses import dataclass, field
from pathlib import Path

from pydicom import Dataset
from pydicom.encaps import encapsulate, get_frame
from pydicom.uid import UID, DeflatedExplicitVRLittleEndian

from app.imaging.decode import frame_count
from app.imaging.elements import Lead, header, why_no_image
from app.imaging.faults import bounded, cut_short


@dataclass(frozen=True, slots=True, eq=False)
class Film:
    """Where the frames of a file lie.

    Attributes:
        path: of the file.
        dataset: the elements before the pixels.
        lead: what stands between.
    """

    path: Path
    dataset: Dataset = field(repr=False)
    lead: Lead

    @property
    def frames(self) -> int:
        """Number of frames."""
        return frame_count(self.dataset)

    @property
    def stored_bytes(self) -> int:
        """Memory that all frames take once they are decoded."""
        return self.frames * self._frame_bytes

    def frame(self, index: int) -> Dataset:
        """Return a frame as an image of its own; call it within `decoding`.

        Raises:
            EOFError: the file ends before it.
        """
        single = Dataset(dict(self.dataset.items()))
        single.file_meta = self.dataset.file_meta
        single.add_new("NumberOfFrames", "IS", 1)  # to set it would change the element that both share
        groups = single.get("PerFrameFunctionalGroupsSequence")
        if groups:
            single.add_new("PerFrameFunctionalGroupsSequence", "SQ", [groups[index]])
        for table in ("ExtendedOffsetTable", "ExtendedOffsetTableLengths"):
            single.pop(table, None)
        single.add_new("PixelData", self.lead.kind, self._pixels(index))
        return single

    @property
    def least_bytes(self) -> int:
        """Room in the file that a frame needs at least."""
        return _ITEM_BYTES if self._is_encapsulated else self._frame_bytes

    @property
    def _is_encapsulated(self) -> bool:
        return bool(UID(self.dataset.file_meta.TransferSyntaxUID).is_encapsulated)

    @property
    def _frame_bytes(self) -> int:
        samples = 2 if self.dataset.PhotometricInterpretation == "YBR_FULL_422" else self.dataset.SamplesPerPixel
        return int(self.dataset.Rows * self.dataset.Columns * samples * self.dataset.BitsAllocated // _OCTET)

    def _pixels(self, index: int) -> bytes:
        with bounded(self.path) as file:
            file.seek(self.lead.start)
            if self._is_encapsulated:
                return encapsulate([get_frame(file, index, number_of_frames=self.frames)])
            file.seek(index * self._frame_bytes, 1)
            found = file.read(self._frame_bytes)
        if len(found) < self._frame_bytes:
            raise EOFError(index)
        return found


def open_film(path: Path) -> Film | None:
    """Return a file's frames, or None where it has but one or cannot be read in parts; call it within `decoding`.

    Raises:
        UnreadableFileError: it is cut short, or unpacks to more than a memory should hold.
    """
    dataset, lead = header(path)
    is_deflated = dataset.file_meta.TransferSyntaxUID == DeflatedExplicitVRLittleEndian
    if is_deflated or not lead.is_pixel_data or why_no_image(dataset) or frame_count(dataset) < _SEVERAL:
        return None
    if dataset.BitsAllocated % _OCTET:
        return None
    film = Film(path, dataset, lead)
    present, announced = path.stat().st_size - lead.start, film.frames * film.least_bytes
    if present < announced:
        raise cut_short(path.name, present, announced)
    return film


_OCTET = 8
_ITEM_BYTES = 8  # before each compressed frame
_SEVERAL = 2
