"""What of the findings is drawn, and how."""

from dataclasses import replace

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QCheckBox, QComboBox, QHBoxLayout, QPushButton, QSlider, QWidget

from app.domain.case import Case
from app.domain.view import LevelStyle, View
from app.domain.words import mark, tr
from app.render import colours
from app.render.legend import Mark
from app.ui import readout
from app.ui.controls import Group, Swatch, label
from app.ui.frames import Frame
from app.ui.shown.sweep import Sweep
from app.ui.switches import Switch, is_on, switched

LEVEL_KEYS = 9

_HINTS = {
    Switch.BAND: mark("Where the samples agree and where they differ"),
    Switch.SOFT: mark("The share of readers expected to mark each pixel"),
    Switch.REFERENCES: mark("The masks that the readers drew"),
    Switch.REFINED: mark("The majority outline refined by a dense conditional random field"),
}
_BAND_MARKS = (
    (mark("core: in 90 % of samples"), colours.CORE, Mark.LINE),
    (mark("outer limit: in 10 %"), colours.OUTER, Mark.DASHED),
    (mark("ambiguous: samples differ"), colours.HATCH, Mark.HATCH),
)


class ShowPanel(Group):
    """How the findings are shown.

    Signals:
        view_edited(View): the user wants another view.
    """

    view_edited = Signal(object)

    def __init__(self) -> None:
        """Show the view that a program begins with."""
        super().__init__(tr("Show"))
        self._view = View()
        self.checks: dict[Switch, QCheckBox] = {}
        self.hide_button = QPushButton(tr("Hide AI  (hold H)"))
        self.hide_button.setCheckable(True)
        self.hide_button.setProperty("role", "small")
        self.hide_button.setAccessibleName(tr("Hide everything that a model made"))
        self.hide_button.clicked.connect(self._on_hide_clicked)
        self.header.addWidget(self.hide_button)
        for switch in Switch:
            self._add_check(switch)
        self._make_style_row()

    def set_key(self, switch: Switch, key: str) -> None:
        """Name the key of a switch."""
        self.checks[switch].setText(f"{tr(switch.caption)}  ({key})")

    def _add_check(self, switch: Switch) -> None:
        check = QCheckBox()
        check.setToolTip(tr(_HINTS[switch]))
        check.clicked.connect(lambda on: self.view_edited.emit(switched(self._view, switch, on)))
        self.checks[switch] = check
        self.set_key(switch, switch.key)
        row = QHBoxLayout()
        row.addWidget(check, 1)
        if switch is Switch.SOFT:
            row.addWidget(label("0", "note"))
            row.addWidget(Swatch(colours.HATCH, Mark.RAMP))
            row.addWidget(label("1", "note"))
        if switch is Switch.REFINED:
            row.addWidget(Swatch(colours.REFINED, Mark.LINE))
        self.column.addLayout(row)
        if switch is Switch.BAND:
            self._add_band_marks()

    def _add_band_marks(self) -> None:
        for text, colour, sign in _BAND_MARKS:
            row = QHBoxLayout()
            row.setContentsMargins(26, 0, 0, 0)
            row.addWidget(Swatch(colour, sign))
            row.addWidget(label(tr(text), "note"), 1)
            self.column.addLayout(row)

    def _make_style_row(self) -> None:
        self.style_menu = QComboBox()
        self.style_menu.setAccessibleName(tr("Consensus levels as"))
        self.style_menu.addItem(tr("Contours"), LevelStyle.CONTOUR)
        self.style_menu.addItem(tr("Fills"), LevelStyle.FILL)
        self.style_menu.activated.connect(self._on_style_activated)
        self.opacity = QSlider(Qt.Orientation.Horizontal)
        self.opacity.setRange(5, 100)
        self.opacity.setAccessibleName(tr("Opacity of areas in per cent"))
        self.opacity.valueChanged.connect(self._on_opacity_changed)
        for caption, widget in ((tr("Levels as"), self.style_menu), (tr("Opacity"), self.opacity)):
            self.column.addLayout(_row(caption, widget))

    def set_view(self, view: View) -> None:
        """Show a view."""
        self._view = view
        for switch, check in self.checks.items():
            check.setChecked(is_on(view, switch))
        self.hide_button.setChecked(view.hidden)
        self.style_menu.setCurrentIndex(self.style_menu.findData(view.style))
        self.opacity.blockSignals(True)
        self.opacity.setValue(round(view.opacity * 100))
        self.opacity.blockSignals(False)

    def set_findings(self, case: Case | None, frame: Frame | None) -> None:
        """Offer what there is to show."""
        readers = case.references if case is not None else None
        check = self.checks[Switch.REFERENCES]
        check.setEnabled(readers is not None)
        count = f" ({readers.count})" if readers is not None else ""
        check.setText(f"{tr(Switch.REFERENCES.caption)}{count}  ({Switch.REFERENCES.key})")
        self.checks[Switch.REFINED].setEnabled(frame is None or not frame.final or frame.findings.refined is not None)

    def _on_hide_clicked(self, on: bool) -> None:
        self.view_edited.emit(replace(self._view, hidden=on))

    def _on_style_activated(self, index: int) -> None:
        self.view_edited.emit(replace(self._view, style=self.style_menu.itemData(index)))

    def _on_opacity_changed(self, value: int) -> None:
        self.view_edited.emit(replace(self._view, opacity=value / 100))


class LevelsPanel(Group):
    """The consensus levels, one row each.

    Signals:
        level_toggled(int): the user wants a level (1-based) shown or hidden.
        all_asked(bool): the user wants all levels or none.
        view_edited(View): the user swept to another outline.
    """

    level_toggled = Signal(int)
    all_asked = Signal(bool)
    view_edited = Signal(object)

    def __init__(self) -> None:
        """Start without levels."""
        super().__init__(tr("Consensus levels"))
        self.rows: list[LevelRow] = []
        self._keys: dict[int, str] = {}
        self.sweep = Sweep()
        self.sweep.view_edited.connect(self.view_edited)
        self.column.addWidget(self.sweep)
        captions = (
            (tr("All"), tr("Show all of the consensus levels"), True),
            (tr("None"), tr("Show none of the consensus levels"), False),
        )
        for caption, name, is_every in captions:
            button = QPushButton(caption)
            button.setProperty("role", "small")
            button.setAccessibleName(name)
            button.clicked.connect(lambda _=False, is_every=is_every: self.all_asked.emit(is_every))
            self.header.addWidget(button)

    def set_levels(self, count: int, view: View, case: Case | None, frame: Frame | None) -> None:
        """Show the levels with what is known of each."""
        if len(self.rows) != count:
            self._rebuild(count)
        self.sweep.set_state(count, view, case, frame)
        for level, row in enumerate(self.rows, start=1):
            row.check.setChecked(level in view.levels)
            row.area.setText(
                readout.area_text(frame.findings.level_areas[level - 1], case.geometry)
                if frame is not None and case is not None
                else ""
            )

    def set_key(self, level: int, key: str) -> None:
        """Name the key of a level."""
        self._keys[level] = key
        for row in self.rows:
            row.check.setToolTip(tr("Key {n}").format(n=self._keys[row.level]) if row.level in self._keys else "")

    def _rebuild(self, count: int) -> None:
        for row in self.rows:
            self.column.removeWidget(row)
            row.hide()
            row.deleteLater()
        self.rows = [LevelRow(level, count) for level in range(1, count + 1)]
        for row in reversed(self.rows):
            self.column.insertWidget(self.column.count() - 1, row)
            row.toggled.connect(self.level_toggled)
        for level, key in self._keys.items():
            self.set_key(level, key)


class LevelRow(QWidget):
    """One consensus level: its colour, its name, its area.

    Signals:
        toggled(int): the user wants the level shown or hidden.
    """

    toggled = Signal(int)

    def __init__(self, level: int, count: int) -> None:
        """Name level `level` of `count`."""
        super().__init__()
        self.check, self.area = QCheckBox(readout.level_text(level, count)), label("", "note")
        self.check.clicked.connect(lambda: self.toggled.emit(level))
        self.level = level
        row = QHBoxLayout(self)
        row.setContentsMargins(0, 0, 0, 0)
        row.addWidget(Swatch(colours.level_colour(level, count), Mark.LINE))
        row.addWidget(self.check, 1)
        row.addWidget(self.area)


def _row(caption: str, widget: QWidget) -> QHBoxLayout:
    row = QHBoxLayout()
    text = label(caption, "caption")
    text.setMinimumWidth(72)
    text.setBuddy(widget)
    row.addWidget(text)
    row.addWidget(widget, 1)
    return row
