"""Captions that name a key, which follow the keys that the user has set."""

from collections.abc import Callable
from functools import partial

from app.ui.model_panel import ModelPanel
from app.ui.show_panel import LEVEL_KEYS, LevelsPanel, ShowPanel
from app.ui.step_bar import StepBar
from app.ui.switches import Switch
from app.ui.workplace import Workplace


class KeyNames:
    """Tells the panels, which know nothing of the menus, what keys do what they do."""

    def __init__(self, workplace: Workplace) -> None:
        """Tell them, now and whenever a key is set.

        Args:
            workplace: whose panels have such captions.
        """
        self._menus, self._canvas = workplace.menus, workplace.canvas
        model, steps = workplace.left.findChild(ModelPanel), workplace.window.findChild(StepBar)
        levels, show = workplace.right.findChild(LevelsPanel), workplace.right.findChild(ShowPanel)
        if model is not None:
            self._follow(model.set_keys, "Run on this slice", "Cancel")
        if steps is not None:
            self._follow(steps.set_key, "Play or pause the film of the steps")
        if show is not None:
            for switch in Switch:
                self._follow(partial(show.set_key, switch), switch.caption)
        if levels is not None:
            self._follow(levels.sweep.set_keys, "Sweep to more readers", "Sweep to fewer readers")
            for level in range(1, LEVEL_KEYS + 1):
                self._follow(partial(levels.set_key, level), f"Level {level}")
        self._follow(self._name_middle, "Point at the middle of the view")

    def close(self) -> None:
        """Nothing runs in the background."""

    def _follow(self, show: Callable[..., None], *captions: str) -> None:
        """Let a caption follow the keys of some actions."""
        for caption in captions:
            self._menus.follow_key(caption, lambda _: show(*map(self._menus.key, captions)))

    def _name_middle(self, key: str) -> None:
        self._canvas.middle_key = key
        self._canvas.update()
