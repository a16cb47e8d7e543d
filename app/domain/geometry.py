"""Where the pixels of a case lie in space."""

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Geometry:
    """The regular grid of a stack of slices in patient space (DICOM's LPS axes, millimetres).

    Axes come in the order slice, row, column. The voxel (i, j, k) has its centre at the origin plus
    i, j and k times spacing and direction of the three axes.

    Attributes:
        spacing_mm: distance between neighbouring centres along each axis; 1.0 where it is unknown.
        origin_mm: centre of the first voxel (x, y, z).
        directions: unit vectors (x, y, z) of increasing slice, row and column index.
        in_plane_known: whether the row and column spacing can be measured with.
        slices_known: whether the slice spacing can be measured with.
        faults: one sentence for each thing that makes the geometry unsafe.
        is_marked: whether the size of a pixel comes of a ruler in the picture that its reader marked.
        orientation_known: whether the file says how rows and columns run through the patient, and from where; without
            it origin and directions mean nothing.
    """

    spacing_mm: tuple[float, float, float] = (1.0, 1.0, 1.0)
    origin_mm: tuple[float, float, float] = (0.0, 0.0, 0.0)
    directions: tuple[tuple[float, float, float], ...] = ((0.0, 0.0, 1.0), (0.0, 1.0, 0.0), (1.0, 0.0, 0.0))
    in_plane_known: bool = False
    slices_known: bool = False
    faults: tuple[str, ...] = ()
    is_marked: bool = False
    orientation_known: bool = False

    @property
    def pixel_mm(self) -> tuple[float, float] | None:
        """Height and width of a pixel in millimetres, or None where they are not safe to measure with."""
        return self.spacing_mm[1:] if self.in_plane_known else None

    @property
    def pixel_area_mm2(self) -> float | None:
        """Area of a pixel in square millimetres, or None where it is not safe to measure with."""
        return self.spacing_mm[1] * self.spacing_mm[2] if self.in_plane_known else None

    @property
    def pixel_aspect(self) -> float:
        """Height of a pixel divided by its width."""
        return self.spacing_mm[1] / self.spacing_mm[2]
