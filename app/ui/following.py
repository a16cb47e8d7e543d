"""Where a view stands in the run that it shows: at which step, and at which levels."""

from dataclasses import replace

from app.domain.view import View
from app.ui.choice import majority
from app.ui.frames import Run


class Following:
    """Keeps a view at the newest step of the shown run, or at its result, until the user looks at an earlier step."""

    def __init__(self) -> None:
        """Start at the end of whatever comes."""
        self._is_at_end = True
        self._count = 0

    def begin(self, *, has_levels: bool = False) -> None:
        """Stand at the end from now on.

        Args:
            has_levels: whether the levels were chosen for what is shown next, and not for what was shown before.
        """
        self._is_at_end = True
        self._count = 0 if has_levels else self._count

    def at_majority(self, view: View, count: int) -> View:
        """Return a view of the majority of so many levels."""
        self._count = count
        return replace(view, levels=majority(count))

    def to_step(self, view: View, run: Run, index: int) -> View:
        """Return a view at a step; one not held is passed over, and the last one of a finished run is its result."""
        present = run.last if view.step is None else view.step
        step = run.held(min(index, run.last), present)
        self._is_at_end = step >= run.last
        return replace(view, step=step)

    def followed(self, view: View, run: Run | None) -> View:
        """Return a view at the end of a run, or at the earlier step that is looked at, with levels that are there."""
        frame = None if run is None else run.frame(view.step)
        if self._is_at_end or (run is not None and frame is None):  # that step is not held any more
            self._is_at_end = True
            view = replace(view, step=None if run is None or run.final is not None else run.newest)
            frame = None if run is None else run.frame(view.step)
        if frame is None:
            return view
        before, self._count = self._count, frame.findings.level_count
        return replace(view, levels=carried(view.levels, before, self._count))


def carried(levels: frozenset[int], before: int, count: int) -> frozenset[int]:
    """Return which of other levels to show: the majority stays that, and takes the place of those that are not there.

    Args:
        levels: that are shown, counted from 1; where none is, none is to be.
        before: number of levels that they were chosen of.
        count: number of levels that there are.
    """
    was_majority = before != count and levels == majority(before)
    is_lost = bool(levels) and not any(level <= count for level in levels)
    return majority(count) if was_majority or is_lost else levels
