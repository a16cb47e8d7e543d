"""Which part of the slice a session was looking at."""

import math
from dataclasses import replace

from app.ui.camera import LARGEST_SCALE, fit_scale
from app.ui.canvas import Canvas
from app.ui.keeping import State


class LookAt:
    """Keeps the canvas's part and zoom; a slice that was shown whole is shown whole again, however large the window."""

    def __init__(self, canvas: Canvas) -> None:
        """Keep a canvas's camera.

        Args:
            canvas: that is looked at.
        """
        self._canvas = canvas

    def state(self) -> State:
        """Return the zoom relative to the whole slice's, and the slice's place in the middle; nothing for the whole."""
        camera = self._canvas.camera
        if camera is None:
            return {}
        zoom = camera.scale / fit_scale(camera.shape, camera.aspect, camera.screen)
        middle = [(size - 1) / 2 for size in camera.shape]
        is_whole = math.isclose(zoom, 1) and all(map(math.isclose, camera.centre, middle))
        return {} if is_whole else {"zoom": zoom, "centre": list(camera.centre)}

    def restore(self, state: State) -> None:
        """Look there again."""
        camera = self._canvas.camera
        if camera is None or not state:
            return
        row, column = (float(place) for place in state["centre"])
        zoom = float(state["zoom"])
        rows, columns = camera.shape
        if not (0 <= row <= rows and 0 <= column <= columns and 0 < zoom < math.inf):
            raise ValueError(f"no part of the slice: {state}")
        scale = min(zoom * fit_scale(camera.shape, camera.aspect, camera.screen), LARGEST_SCALE)
        self._canvas.aim(replace(camera, scale=scale, centre=(row, column)))
