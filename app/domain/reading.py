"""What is asked of the process that reads files, and what it answers."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import TypeAlias

from app.domain.case import Case, References, Window
from app.domain.stack import Draft, Packed
from app.domain.words import joined, tr


@dataclass(frozen=True, slots=True)
class Place:
    """Where a file holds a slice as plain numbers, so that it is read without its header.

    Attributes:
        start: of the numbers, in bytes.
        lead: the bytes that stand before them as long as the file is the same.
        kind: of the numbers, as numpy writes it ("<u2").
        shape: rows and columns.
        limits: least and greatest number that the stored bits can say.
        slope: as in `Packed`.
        intercept: as in `Packed`.
    """

    start: int
    lead: bytes
    kind: str
    shape: tuple[int, int]
    limits: tuple[int, int]
    slope: float
    intercept: float


@dataclass(frozen=True, slots=True)
class Plan:
    """Where the slices of a case come from, so that a slice can be read again.

    Attributes:
        paths: of each slice, in order.
        is_series: whether each file is one slice; otherwise one file holds them all.
        places: of each slice in its file, None where it has to be decoded; empty where none is known.
        limit_bytes: that reading a file of all slices may take.
        archive: that the files were unpacked from, or None.
    """

    paths: tuple[Path, ...] = field(repr=False)
    is_series: bool
    places: tuple[Place | None, ...] = field(default=(), repr=False)
    limit_bytes: int | None = None
    archive: Path | None = None

    def place(self, index: int) -> Place | None:
        """Return where a slice lies in its file, if that is known."""
        return self.places[index] if self.places else None


@dataclass(frozen=True, slots=True)
class Bad:
    """A file that its decoder crashed or hung on.

    Attributes:
        path: of the file.
        reason: the rest of a sentence, lower case, without a full stop.
    """

    path: Path
    reason: str


@dataclass(frozen=True, slots=True)
class Open:
    """Open a file or folder: look for what it holds, and read its slices from the middle outwards.

    Attributes:
        path: the file or folder.
        references: files or folders with the readers' masks.
        files: to look at, in the folder that `path` is; none looks at all that it holds. Where there are several
            series among them, they are offered.
        number: of the series to open, from 0 in the order in which they are offered.
        takes_largest: whether to open the largest series rather than to offer them.
        limit_bytes: that the slices may take, here as in the asking process.
        bad: files to leave alone.
    """

    path: Path
    references: tuple[Path, ...] = ()
    files: tuple[Path, ...] = field(default=(), repr=False)
    number: int | None = None
    takes_largest: bool = False
    limit_bytes: int | None = None
    bad: tuple[Bad, ...] = ()


@dataclass(frozen=True, slots=True)
class Fetch:
    """Read slices of an open case.

    Attributes:
        plan: of the case.
        wanted: slices, the most urgent first.
    """

    plan: Plan
    wanted: tuple[int, ...] = field(repr=False)


@dataclass(frozen=True, slots=True, eq=False)
class Mark:
    """Read the readers' masks of an open case.

    Attributes:
        case: without its slices.
        path: of the case.
        references: files or folders with the masks.
    """

    case: Case
    path: Path
    references: tuple[Path, ...]


Order: TypeAlias = Open | Fetch | Mark


@dataclass(frozen=True, slots=True)
class Touching:
    """Work goes on; the process notes this rather than to send it.

    Attributes:
        path: a file that is about to be opened: should nothing more be heard, it is to blame; None where no one is.
    """

    path: Path | None = None


@dataclass(frozen=True, slots=True)
class Offer:
    """One of several series in a folder.

    Attributes:
        files: of the series.
        modality: DICOM's word ("CT").
        description: of the series as its maker put it, without the patient; may be "".
        slices: number of images.
        shape: rows and columns.
    """

    files: tuple[Path, ...] = field(repr=False)
    modality: str
    description: str
    slices: int
    shape: tuple[int, int]


@dataclass(frozen=True, slots=True)
class Offered:
    """A folder holds several series, of which none has been opened; pictures of them follow."""

    offers: tuple[Offer, ...]

    @property
    def largest(self) -> int:
        """Index of the series with the most images."""
        return max(range(len(self.offers)), key=lambda index: self.offers[index].slices)


@dataclass(frozen=True, slots=True, eq=False)
class Pictured:
    """The middle slice of an offered series, made small.

    Attributes:
        index: of the offer.
        picture: the slice.
        window: to show it with; None for colour.
    """

    index: int
    picture: Packed
    window: Window | None


@dataclass(frozen=True, slots=True, eq=False)
class Opened:
    """A case whose slices follow, the middle one next.

    Attributes:
        case: with every slice still to come.
        plan: for reading slices again.
        beside: readers' masks that lie beside the image and were not opened.
        complaint: why masks that were given could not be opened, or "".
    """

    case: Case
    plan: Plan
    beside: tuple[Path, ...] = ()
    complaint: str = ""


@dataclass(frozen=True, slots=True, eq=False)
class Marked:
    """The readers' masks of an open case."""

    references: References


@dataclass(frozen=True, slots=True, eq=False)
class Drafted:
    """A large slice made small, to be looked at until it arrives."""

    index: int
    draft: Draft


@dataclass(frozen=True, slots=True, eq=False)
class Arrived:
    """A slice that was read."""

    index: int
    slice: Packed


@dataclass(frozen=True, slots=True)
class Lost:
    """A slice that cannot be read; the reason is the rest of a sentence."""

    index: int
    reason: str


News: TypeAlias = Touching | Offered | Pictured | Opened | Marked | Drafted | Arrived | Lost


def from_the_middle(count: int, middle: int | None = None) -> tuple[int, ...]:
    """Return the indices 0 .. count - 1, the nearest to the middle (or another one) first."""
    centre = count // 2 if middle is None else middle
    return tuple(sorted(range(count), key=lambda index: abs(index - centre)))


def lost_sentence(faults: dict[int, str], count: int) -> str:
    """Return one sentence on the slices that cannot be read, or "" where there are none."""
    if not faults:
        return ""
    named = [
        tr("slice {n}: {reason}").format(n=index + 1, reason=reason)
        for index, reason in sorted(faults.items())[:_NAMED]
    ]
    more = tr("; and {n} more").format(n=len(faults) - _NAMED) if len(faults) > _NAMED else ""
    return tr("{n} of {m} slices cannot be read ({list}{more}).").format(
        n=len(faults), m=count, list=joined("; ", named), more=more
    )


def invalid_sentence(count: int) -> str:
    """Return one sentence on pixels without a valid number, or "" where there are none."""
    return tr("{n} pixels without a valid number are shown as the smallest value.").format(n=count) if count else ""


_NAMED = 3
