"""Planes through a volume along its own axes, turned as radiologists look at them."""

from dataclasses import dataclass, replace
from itertools import permutations

import numpy as np

from app.domain.arrays import AnyArray
from app.domain.geometry import Geometry

Voxel = tuple[float, float, float]
"""Slice, row and column of a place in a volume; the centre of the first voxel is 0, 0, 0."""


@dataclass(frozen=True, slots=True)
class Plane:
    """One of a volume's three planes; axis 0 are its slices, 1 its rows, 2 its columns.

    Attributes:
        normal: axis that the plane is perpendicular to.
        down: axis that runs down on the screen.
        right: axis that runs to the right.
        rises: whether the index on `down` rises upwards instead.
        falls: whether the index on `right` falls to the right instead.
    """

    normal: int
    down: int
    right: int
    rises: bool = False
    falls: bool = False

    def shape(self, volume: tuple[int, int, int]) -> tuple[int, int, int]:
        """Return the positions, rows and columns that the plane has in a volume (slices, rows, columns)."""
        return volume[self.normal], volume[self.down], volume[self.right]

    def geometry(self, of: Geometry, volume: tuple[int, int, int]) -> Geometry:
        """Return where the plane's positions, rows and columns lie; known only where all of the volume's axes are.

        How rows and columns run is known in the plane of the slices wherever the volume says it.
        """
        known = of.in_plane_known and of.slices_known
        spacings = (of.spacing_mm[self.normal], of.spacing_mm[self.down], of.spacing_mm[self.right])
        directions = [np.array(of.directions[axis]) for axis in (self.normal, self.down, self.right)]
        origin = np.array(of.origin_mm)
        for place, (axis, is_turned) in enumerate(((self.down, self.rises), (self.right, self.falls)), start=1):
            if is_turned:
                origin = origin + (volume[axis] - 1) * spacings[place] * directions[place]
                directions[place] = -directions[place]
        x, y, z = (float(part) for part in origin)
        turned = tuple((float(one[0]), float(one[1]), float(one[2])) for one in directions)
        return replace(
            of,
            spacing_mm=spacings,
            origin_mm=(x, y, z),
            directions=turned,
            in_plane_known=known,
            slices_known=known,
            orientation_known=of.orientation_known and (known or self.normal == 0),
        )

    def voxel(self, position: float, row: float, column: float, volume: tuple[int, int, int]) -> Voxel:
        """Return the voxel at a place of the plane."""
        found = [0.0, 0.0, 0.0]
        found[self.normal] = position
        found[self.down] = volume[self.down] - 1 - row if self.rises else row
        found[self.right] = volume[self.right] - 1 - column if self.falls else column
        return found[0], found[1], found[2]

    def place(self, voxel: Voxel, volume: tuple[int, int, int]) -> Voxel:
        """Return the position, row and column of a voxel; the inverse of `voxel`."""
        row, column = voxel[self.down], voxel[self.right]
        row = volume[self.down] - 1 - row if self.rises else row
        return voxel[self.normal], row, volume[self.right] - 1 - column if self.falls else column

    def turned(self, values: AnyArray) -> AnyArray:
        """Return a view of a volume (..., slices, rows, columns) as (..., positions, rows, columns) of the plane."""
        moved = np.moveaxis(values, [self.normal - 3, self.down - 3, self.right - 3], [-3, -2, -1])
        return moved[..., :: -1 if self.rises else 1, :: -1 if self.falls else 1]


def planes_of(geometry: Geometry) -> tuple[Plane, Plane, Plane]:
    """Return the plane that the slices were made in, as they came, and the two others as radiologists look at them.

    The patient's right is at the left of the picture, or their front where that cannot be; the head is at the top, or
    the front in an axial plane. An oblique volume is turned as the nearest straight one.
    """
    across = patient_axes(geometry)
    others = sorted((1, 2), key=lambda axis: -across[axis])
    first, second = (_turned_plane(axis, across, geometry) for axis in others)
    return Plane(0, 1, 2), first, second


def patient_axes(geometry: Geometry) -> tuple[int, int, int]:
    """Return which of the patient's axes (0 to the left, 1 to the back, 2 to the head) each volume axis is nearest."""
    share = np.abs(np.array(geometry.directions))
    best = max(permutations(range(3)), key=lambda order: sum(share[axis, order[axis]] for axis in range(3)))
    return best[0], best[1], best[2]


def _turned_plane(normal: int, across: tuple[int, int, int], geometry: Geometry) -> Plane:
    """Return a plane with the patient's axes where readers look for them."""
    right, down = sorted((axis for axis in range(3) if axis != normal), key=lambda axis: across[axis])
    downwards = -1.0 if across[down] == _TO_HEAD else 1.0
    rises = geometry.directions[down][across[down]] * downwards < 0
    return Plane(normal, down, right, rises, falls=geometry.directions[right][across[right]] < 0)


_TO_HEAD = 2
