"""Which part of a slice is on screen, and how large."""

from dataclasses import dataclass, replace

LARGEST_SCALE = 64.0
SMALLEST_SCALE = 0.25


@dataclass(frozen=True, slots=True)
class Camera:
    """A view on a slice; screen coordinates are (x, y) in pixels of the widget, slice coordinates (row, column).

    Attributes:
        shape: rows and columns of the slice.
        aspect: height of a slice's pixel divided by its width.
        screen: width and height of the widget.
        scale: screen pixels for a column of the slice.
        centre: the slice's coordinate in the middle of the screen.
    """

    shape: tuple[int, int]
    aspect: float
    screen: tuple[float, float]
    scale: float
    centre: tuple[float, float]

    @property
    def row_scale(self) -> float:
        """Screen pixels for a row of the slice."""
        return self.scale * self.aspect

    def to_screen(self, row: float, column: float) -> tuple[float, float]:
        """Return where a slice's coordinate is on screen."""
        x = self.screen[0] / 2 + (column - self.centre[1]) * self.scale
        return x, self.screen[1] / 2 + (row - self.centre[0]) * self.row_scale

    def is_inside(self, row: float, column: float) -> bool:
        """Return whether a slice's coordinate lies on the picture."""
        return (row, column) == self._held_within(row, column)

    def to_slice(self, x: float, y: float) -> tuple[float, float]:
        """Return which slice coordinate (row, column) lies at a place on screen."""
        row = self.centre[0] + (y - self.screen[1] / 2) / self.row_scale
        return row, self.centre[1] + (x - self.screen[0] / 2) / self.scale

    def zoomed(self, factor: float, x: float, y: float) -> "Camera":
        """Return the camera nearer by a factor, with the same slice coordinate under (x, y)."""
        smallest = min(fit_scale(self.shape, self.aspect, self.screen) / 2, SMALLEST_SCALE, self.scale)
        scale = min(max(self.scale * factor, smallest), LARGEST_SCALE)
        row, column = self.to_slice(x, y)
        held = replace(self, scale=scale)
        drifted = held.to_slice(x, y)
        centre = self._held_within(self.centre[0] + row - drifted[0], self.centre[1] + column - drifted[1])
        return replace(held, centre=centre)

    def panned(self, dx: float, dy: float) -> "Camera":
        """Return the camera after the picture was dragged by (dx, dy) on screen."""
        centre = self._held_within(self.centre[0] - dy / self.row_scale, self.centre[1] - dx / self.scale)
        return replace(self, centre=centre)

    def resized(self, screen: tuple[float, float]) -> "Camera":
        """Return the camera for another size of the widget, with the same centre and scale."""
        return replace(self, screen=screen)

    def _held_within(self, row: float, column: float) -> tuple[float, float]:
        """Return the coordinate of the picture nearest to one, so that the picture cannot be lost."""
        rows, columns = self.shape
        return min(max(row, -0.5), rows - 0.5), min(max(column, -0.5), columns - 0.5)


def fit(shape: tuple[int, int], aspect: float, screen: tuple[float, float]) -> Camera:
    """Return the camera that shows the whole slice as large as it goes."""
    centre = ((shape[0] - 1) / 2, (shape[1] - 1) / 2)
    return Camera(shape, aspect, screen, fit_scale(shape, aspect, screen), centre)


def fit_scale(shape: tuple[int, int], aspect: float, screen: tuple[float, float]) -> float:
    """Return the scale at which the whole slice just fits."""
    return max(1e-3, min(screen[0] / shape[1], screen[1] / (shape[0] * aspect)))
