"""A study as everything downstream sees it, whatever file it came from."""

from dataclasses import dataclass, field, replace
from enum import Enum

from app.domain.arrays import BoolArray
from app.domain.geometry import Geometry
from app.domain.stack import Stack
from app.domain.words import mark


class Modality(Enum):
    """How the picture was made."""

    DERMOSCOPY = mark("dermoscopy")
    CT = "CT"
    MR = "MR"
    OTHER = mark("other")


@dataclass(frozen=True, slots=True)
class Window:
    """The range of values shown from black to white.

    Attributes:
        level: value shown as middle grey, in the case's unit.
        width: distance from black to white in the case's unit, above zero.
    """

    level: float
    width: float

    @property
    def low(self) -> float:
        """Value shown black."""
        return self.level - self.width / 2

    @property
    def high(self) -> float:
        """Value shown white."""
        return self.level + self.width / 2


@dataclass(frozen=True, slots=True)
class Preset:
    """A window that the file itself proposes.

    Attributes:
        name: as the file explains it ("BRAIN"), or "".
        window: in the case's unit.
    """

    name: str
    window: Window


@dataclass(frozen=True, slots=True, eq=False)
class References:
    """Masks that several readers drew on one case.

    Attributes:
        names: one short name a reader, fit to show ("reader 1").
        masks: (readers, slices, rows, columns), True where the reader marked.
        simulated: whether the readers are simulated rather than people.
        notices: sentences about how the masks came from their files.
    """

    names: tuple[str, ...]
    masks: BoolArray = field(repr=False)
    simulated: bool = False
    notices: tuple[str, ...] = ()

    @property
    def count(self) -> int:
        """Number of readers."""
        return len(self.names)


@dataclass(frozen=True, slots=True, eq=False)
class Case:
    """An image or a stack of slices with its geometry.

    Attributes:
        name: fit to show; a file's or folder's name, never a patient's.
        pixels: the slices, some of which may be still to come.
        modality: how the picture was made.
        geometry: where the pixels lie.
        unit: of a grey pixel's value ("HU", or "" where it has none).
        window: the window to begin with; None for colour.
        presets: every window that the file proposes, in its order.
        synthetic: whether this is a phantom and not a patient; shown wherever the case is.
        notices: sentences the reader must see (unsafe geometry, skipped files, lossy source ...).
        references: the readers' masks opened beside the case, if any.
        sources: which DICOM image each slice is ("UID" or "UID/FRAME"), to find the masks drawn on it; empty where
            there is none. Never shown and in no export unless it is asked for.
    """

    name: str
    pixels: Stack = field(repr=False)
    modality: Modality
    geometry: Geometry = field(default_factory=Geometry)
    unit: str = ""
    window: Window | None = None
    presets: tuple[Preset, ...] = ()
    synthetic: bool = False
    notices: tuple[str, ...] = ()
    references: References | None = None
    sources: tuple[str, ...] = field(default=(), repr=False)

    @property
    def slices(self) -> int:
        """Number of slices; 1 for a photograph."""
        return self.pixels.shape[0]

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a slice."""
        return self.pixels.shape[1], self.pixels.shape[2]

    @property
    def is_colour(self) -> bool:
        """Whether the pixels are RGB."""
        return self.pixels.is_colour

    def only(self, slice_index: int) -> "Case":
        """Return the case reduced to one slice, with that slice's reference masks.

        Raises:
            MissingSliceError: the slice is not here.
        """
        keep = slice(slice_index, slice_index + 1)
        references = self.references and replace(self.references, masks=self.references.masks[:, keep])
        return replace(self, pixels=self.pixels.only(slice_index), references=references, sources=self.sources[keep])
