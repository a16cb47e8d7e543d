"""One outline swept from liberal to conservative: "at least k of n"."""

import math
from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QHBoxLayout, QSlider, QVBoxLayout, QWidget

from app.domain.case import Case
from app.domain.view import View
from app.domain.words import tr
from app.render.legend import level_label, share_label
from app.ui import readout
from app.ui.choice import majority
from app.ui.controls import label
from app.ui.frames import Frame

PARTS = 20
"""Positions of the fine scale, which is in steps of 5 % of all samples."""


def is_fine(view: View, levels: int) -> bool:
    """Return whether the sweep runs over shares of all samples; with one level there is nothing else to run over."""
    return view.share is not None or levels == 1


def places(view: View, levels: int) -> int:
    """Return the number of positions of the sweep; the first is the most liberal one."""
    return PARTS if is_fine(view, levels) else levels


def place(view: View, levels: int) -> int | None:
    """Return the present position, from 1; None where several levels or none are shown."""
    if view.share is not None:
        return min(max(round(view.share * PARTS), 1), PARTS)
    shown = [level for level in view.levels if level <= levels]
    return shown[0] if levels > 1 and len(shown) == 1 else None


def swept(view: View, levels: int, to: int) -> View:
    """Return the view with the sweep at a position, held within its ends; only the swept outline is left."""
    to = min(max(to, 1), places(view, levels))
    if is_fine(view, levels):
        return replace(view, share=to / PARTS, levels=frozenset())
    return replace(view, share=None, levels=frozenset({to}))


def moved(view: View, levels: int, by: int) -> View:
    """Return the view with the sweep some positions further; from several levels it starts at their majority."""
    here = place(view, levels)
    start = places(view, levels) // 2 + 1 if here is None else here + by
    return swept(view, levels, start)


def refined(view: View, levels: int, *, fine: bool) -> View:
    """Return the view swept on the other scale, at the place that is nearest to the present one."""
    here = place(view, levels)
    if fine:
        share = 0.5 if here is None or levels == 1 else (here - 0.5) / levels
        return replace(view, share=max(round(share * PARTS), 1) / PARTS, levels=frozenset())
    if levels == 1 or view.share is None:
        return replace(view, share=None, levels=majority(levels))
    return replace(view, share=None, levels=frozenset({min(max(math.ceil(view.share * levels), 1), levels)}))


def area_px(frame: Frame, view: View) -> float | None:
    """Return the area of the swept outline in pixels of the slice, or None where there is none."""
    if view.share is not None:
        return int((frame.findings.agreement >= view.share - _TIE).sum()) * frame.grid.pixel_area
    here = place(view, frame.findings.level_count)
    return None if here is None else frame.findings.level_areas[here - 1]


_TIE = 1e-6


class Sweep(QWidget):
    """The slider of the sweep with the words for its place.

    Signals:
        view_edited(View): the user wants another view.
    """

    view_edited = Signal(object)

    def __init__(self) -> None:
        """Start without levels."""
        super().__init__()
        self._view, self._levels = View(), 0
        self.slider, self.text = QSlider(Qt.Orientation.Horizontal), label("", wraps=True)
        self.slider.setAccessibleName(tr("Sweep: at least so many readers"))
        self.slider.setPageStep(1)
        self.slider.valueChanged.connect(lambda to: self.view_edited.emit(swept(self._view, self._levels, to)))
        self.fine = QCheckBox(tr("Finer: by share of all samples"))
        self.fine.clicked.connect(lambda on: self.view_edited.emit(refined(self._view, self._levels, fine=on)))
        row = QHBoxLayout()
        row.addWidget(label(tr("liberal"), "note"))
        row.addWidget(self.slider, 1)
        row.addWidget(label(tr("conservative"), "note"))
        column = QVBoxLayout(self)
        column.setContentsMargins(0, 0, 0, 0)
        column.setSpacing(2)
        column.addLayout(row)
        column.addWidget(self.text)
        column.addWidget(self.fine)

    def set_keys(self, more: str, fewer: str) -> None:
        """Name the keys that sweep."""
        self.slider.setToolTip(
            tr("From liberal to conservative; keys {more} and {fewer}").format(more=more, fewer=fewer)
        )

    def set_state(self, levels: int, view: View, case: Case | None, frame: Frame | None) -> None:
        """Show where the sweep of so many levels stands."""
        self._view, self._levels = view, levels
        here = place(view, levels)
        self.slider.blockSignals(True)
        self.slider.setRange(1, max(places(view, levels), 1))
        self.slider.setValue(here or 1)
        self.slider.blockSignals(False)
        self.slider.setEnabled(levels > 0)
        self.fine.setChecked(is_fine(view, levels))
        self.fine.setEnabled(levels > 1)
        self.text.setText(sweep_text(view, levels, case, frame))


def sweep_text(view: View, levels: int, case: Case | None, frame: Frame | None) -> str:
    """Say what the sweep shows, and how large that is."""
    here = place(view, levels)
    if here is None:
        return tr("Move the slider to show one level at a time.") if levels else ""
    samples = frame.samples if frame is not None else 0
    if view.share is None:
        name = level_label(here, levels)
    elif samples:
        name = share_label(view.share, samples, levels)
    else:
        name = tr("at least {n} % of all samples").format(n=round(view.share * 100))
    area = None if frame is None else area_px(frame, view)
    shown = f": {readout.area_text(area, case.geometry)}" if area is not None and case is not None else ""
    return name[0].upper() + name[1:] + shown
