"""A computed stack of slices with its readers' masks."""

from dataclasses import dataclass, field

from phantoms.fields import Array, Mask


@dataclass(frozen=True, slots=True, eq=False)
class Volume:
    """Axial slices, head first and lying on the back: rows run to the back, columns to the left, slices to the head.

    Attributes:
        pixels: (slices, rows, columns) of whole stored values.
        masks: (readers, slices, rows, columns), True where the reader marked.
        spacing_mm: between centres along slice, row and column.
        origin_mm: centre of the first voxel (x, y, z) in DICOM's LPS axes.
    """

    pixels: Array = field(repr=False)
    masks: Mask = field(repr=False)
    spacing_mm: tuple[float, float, float]
    origin_mm: tuple[float, float, float]
