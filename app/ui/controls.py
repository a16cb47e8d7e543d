"""Small parts that the panels are made of."""

from collections.abc import Sequence

from PySide6.QtCore import QEvent, QObject, QRectF, QSize, Qt, Signal
from PySide6.QtGui import QColor, QPainter, QPaintEvent, QPen
from PySide6.QtWidgets import (
    QComboBox,
    QFrame,
    QGridLayout,
    QHBoxLayout,
    QLabel,
    QScrollArea,
    QSpinBox,
    QStyle,
    QStyleOptionComboBox,
    QStylePainter,
    QVBoxLayout,
    QWidget,
)

from app.render import colours
from app.render.legend import Mark
from app.ui import theme
from app.ui.marks import paint_mark


class Panel(QScrollArea):
    """A column of groups at the side of the window; it scrolls where the window is low."""

    def __init__(self, name: str, parent: QWidget | None = None) -> None:
        """Start empty.

        Args:
            name: for screen readers.
            parent: of this widget.
        """
        super().__init__(parent)
        self.setAccessibleName(name)
        self.setWidgetResizable(True)
        self.setFocusPolicy(Qt.FocusPolicy.NoFocus)
        self.setFrameShape(QFrame.Shape.NoFrame)
        self.setHorizontalScrollBarPolicy(Qt.ScrollBarPolicy.ScrollBarAlwaysOff)
        self._lines: dict[QObject, QFrame] = {}
        content = self._content = QWidget()
        content.setObjectName("panel")
        self._column = QVBoxLayout(content)
        self._column.setContentsMargins(2 * theme.SPACE, theme.SPACE, 2 * theme.SPACE, theme.SPACE)
        self._column.setSpacing(theme.SPACE)
        self._column.addStretch()
        self.setWidget(content)
        self._take_width()

    def changeEvent(self, event: QEvent) -> None:
        """Grow with the letters."""
        super().changeEvent(event)
        if event.type() == QEvent.Type.FontChange and self.widget() is not None:
            self._take_width()

    def _take_width(self) -> None:
        width = theme.scaled(theme.PANEL_WIDTH)
        self.setFixedWidth(width)
        self._content.setMaximumWidth(width)

    def add(self, group: QWidget) -> None:
        """Put a group below the others, under a fine line that comes and goes with it."""
        if self._column.count() > 1:
            line = self._lines[group] = rule()
            line.setVisible(not group.isHidden())
            group.installEventFilter(self)
            self._column.insertWidget(self._column.count() - 1, line)
        self._column.insertWidget(self._column.count() - 1, group)

    def eventFilter(self, watched: QObject, event: QEvent) -> bool:
        """Let a group's line come and go with it."""
        shows = {QEvent.Type.ShowToParent: True, QEvent.Type.HideToParent: False}.get(event.type())
        if shows is not None and watched in self._lines:
            keeps_place = isinstance(watched, QWidget) and watched.sizePolicy().retainSizeWhenHidden()
            self._lines[watched].setVisible(shows or keeps_place)
        return super().eventFilter(watched, event)


class Group(QWidget):
    """Controls under one heading."""

    def __init__(self, title: str) -> None:
        """Start with the heading alone."""
        super().__init__()
        self.setAccessibleName(title)
        self.column = QVBoxLayout(self)
        self.column.setContentsMargins(0, 0, 0, 0)
        self.column.setSpacing(theme.SPACE - 2)
        self.header = QHBoxLayout()
        self.header.addWidget(label(title, "heading"))
        self.header.addStretch()
        self.column.addLayout(self.header)

    def veil(self, *, on: bool) -> None:
        """Make everything invisible but keep its place, so that nothing jumps while AI is hidden for a moment."""
        policy = self.sizePolicy()
        if on or policy.retainSizeWhenHidden():
            policy.setRetainSizeWhenHidden(on)
            self.setSizePolicy(policy)
            self.setVisible(not on)


class Swatch(QWidget):
    """A small sample of how something is drawn over the image."""

    def __init__(self, colour: colours.Colour, mark: Mark) -> None:
        """Take what a legend entry says."""
        super().__init__()
        self.setFixedSize(QSize(24, 16))
        self._colour, self._mark = QColor(*colour), mark

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the mark on the dark that images have around them."""
        painter = QPainter(self)
        painter.setRenderHint(QPainter.RenderHint.Antialiasing)
        box = QRectF(0.5, 1.5, 23, 13)
        painter.setPen(QPen(QColor(theme.LINE), 1))
        painter.setBrush(QColor(theme.GROUND))
        painter.drawRoundedRect(box, 2, 2)
        paint_mark(painter, self._colour, self._mark, box.adjusted(2, 2, -2, -2))


class Number(QSpinBox):
    """A spin box that says its number when it is settled, and leaves the wheel to the panel.

    Signals:
        settled(int): the user gave another number.
    """

    settled = Signal(int)

    def __init__(self, name: str, most: int, least: int = 1) -> None:
        """Make a field for a number from `least` to `most`."""
        super().__init__()
        self.setAccessibleName(name)
        self.setRange(least, most)
        self.setKeyboardTracking(False)
        self.setMinimumWidth(64)
        self.lineEdit().setTextMargins(4, 0, 0, 0)
        self.setFocusPolicy(Qt.FocusPolicy.StrongFocus)
        self.valueChanged.connect(self.settled)

    def show_number(self, value: int, most: int | None = None) -> None:
        """Show a number, and take another largest one, without saying so."""
        self.blockSignals(True)
        if most is not None:
            self.setMaximum(most)
        self.setValue(value)
        self.blockSignals(False)


class Chooser(QComboBox):
    """A menu that may be narrower than its entries; what does not fit ends in dots and is told in full as a tip."""

    def __init__(self, name: str) -> None:
        """Make an empty menu with a name for screen readers."""
        super().__init__()
        self.setAccessibleName(name)
        self.setSizeAdjustPolicy(QComboBox.SizeAdjustPolicy.AdjustToMinimumContentsLengthWithIcon)
        self.setMinimumContentsLength(4)

    def paintEvent(self, event: QPaintEvent) -> None:  # noqa: ARG002 - Qt's signature
        """Paint the entry, shortened where it must be."""
        option, painter = QStyleOptionComboBox(), QStylePainter(self)
        self.initStyleOption(option)
        room = self.style().subControlRect(
            QStyle.ComplexControl.CC_ComboBox, option, QStyle.SubControl.SC_ComboBoxEditField, self
        )
        elide = Qt.TextElideMode.ElideRight
        option.currentText = self.fontMetrics().elidedText(self.currentText(), elide, room.width())
        painter.drawComplexControl(QStyle.ComplexControl.CC_ComboBox, option)
        painter.drawControl(QStyle.ControlElement.CE_ComboBoxLabel, option)


def label(text: str, role: str = "", wraps: bool = False) -> QLabel:
    """Return a text in one of the theme's roles."""
    widget = QLabel(text)
    widget.setProperty("role", role)
    widget.setWordWrap(wraps)
    return widget


def rule() -> QFrame:
    """Return a fine horizontal line."""
    line = QFrame()
    line.setProperty("role", "rule")
    return line


def field_grid(fields: Sequence[tuple[str | QLabel, QWidget]], columns: int = 1) -> QGridLayout:
    """Return captions above their fields, in columns of equal width."""
    grid = QGridLayout()
    grid.setContentsMargins(0, 0, 0, 0)
    grid.setHorizontalSpacing(theme.SPACE)
    grid.setVerticalSpacing(2)
    for place, (caption, widget) in enumerate(fields):
        text = caption if isinstance(caption, QLabel) else label(caption, "caption")
        text.setBuddy(widget)
        row, column = divmod(place, columns)
        grid.addWidget(text, 2 * row, column)
        grid.addWidget(widget, 2 * row + 1, column)
    for column in range(columns):
        grid.setColumnStretch(column, 1)
    return grid
