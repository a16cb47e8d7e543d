"""The bar over a comparison: what is at either side, how they are laid out, how far they agree."""

from collections.abc import Sequence
from enum import Enum

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QComboBox, QHBoxLayout, QPushButton, QSizePolicy, QToolButton, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.comparing.sides import Comparison, Kind, Side
from app.ui.controls import Chooser, label


class Layout(Enum):
    """How two sides are laid out."""

    BESIDE = "side by side"
    SWIPE = "swipe"


class ComparisonBar(QWidget):
    """Captions that are choosers at once.

    Signals:
        sides_chosen(Comparison): the user wants to compare something else.
        layout_chosen(Layout): laid out another way.
        closed(): the user has compared enough.
        run_asked(): the user wants a run on the other visit, or wants it to stop.
    """

    sides_chosen = Signal(object)
    layout_chosen = Signal(object)
    closed = Signal()
    run_asked = Signal()

    def __init__(self) -> None:
        """Start hidden."""
        super().__init__()
        self.setObjectName("comparisonbar")
        self.setAccessibleName(tr("Comparison"))
        self.left, self.right = _chooser(tr("Left side")), _chooser(tr("Right side"))
        self.exchange = _button("⇄", tr("Exchange the sides"))
        self.close_button = _button("×", tr("End the comparison"))
        self.layouts = {
            Layout.BESIDE: _button(tr("Side by side"), tr("Two pictures that move together")),
            Layout.SWIPE: _button(tr("Swipe"), tr("One picture, parted by a line that can be dragged")),
        }
        self.sentence = label("", "caption", wraps=True)
        self.sentence.setAlignment(Qt.AlignmentFlag.AlignCenter)
        self.sentence.setMinimumHeight(2 * self.sentence.fontMetrics().lineSpacing())  # so that the picture stays
        self.run_button = QPushButton(tr("Run on this visit"))
        self.run_button.setProperty("role", "small")
        self.run_button.setToolTip(tr("Run the chosen model on the picture at the right"))
        self.run_button.hide()
        self._lay_out()
        for chooser in (self.left, self.right):
            chooser.activated.connect(lambda _: self.sides_chosen.emit(self.comparison))
        self.exchange.clicked.connect(lambda: self.sides_chosen.emit(self.comparison.exchanged()))
        self.close_button.clicked.connect(self.closed)
        self.run_button.clicked.connect(self.run_asked)
        for layout, button in self.layouts.items():
            button.setCheckable(True)
            button.clicked.connect(lambda _=False, layout=layout: self.layout_chosen.emit(layout))
        self.hide()

    @property
    def comparison(self) -> Comparison:
        """What is chosen."""
        return Comparison(self.left.currentData(), self.right.currentData())

    def show_comparison(self, comparison: Comparison, layout: Layout, offers: Sequence[tuple[str, Side]]) -> None:
        """Show what is compared, and what else could be."""
        for chooser, side in ((self.left, comparison.left), (self.right, comparison.right)):
            _fill(chooser, side, offers)
        for each, button in self.layouts.items():
            button.setChecked(each is layout)
        has_visit = comparison.right.kind is Kind.VISIT
        self.layouts[Layout.SWIPE].setDisabled(has_visit)
        self.exchange.setDisabled(has_visit)
        self.run_button.setVisible(has_visit)

    def show_running(self, is_running: bool) -> None:
        """Offer to stop a run on the other visit, or to begin one."""
        self.run_button.setText(tr("Stop") if is_running else tr("Run on this visit"))

    def _lay_out(self) -> None:
        captions = QHBoxLayout()
        captions.setSpacing(theme.SPACE)
        captions.addWidget(self.left, 1)
        captions.addWidget(self.right, 1)
        below = QHBoxLayout()
        below.setSpacing(theme.SPACE // 2)
        for button in (*self.layouts.values(), self.exchange):
            below.addWidget(button)
        below.addWidget(self.sentence, 1)
        below.addWidget(self.run_button)
        below.addWidget(self.close_button)
        column = QVBoxLayout(self)
        column.setContentsMargins(theme.SPACE, theme.SPACE // 2, theme.SPACE, theme.SPACE // 2)
        column.setSpacing(theme.SPACE // 2)
        column.addLayout(captions)
        column.addLayout(below)


def _fill(chooser: QComboBox, side: Side, offers: Sequence[tuple[str, Side]]) -> None:
    """Offer sides; one that this slice does not have stays chosen, so that it is there again on the next."""
    if [chooser.itemText(place) for place in range(chooser.count())] != [name for name, _ in offers]:
        chooser.clear()
        for name, each in offers:
            chooser.addItem(name, each)
    chooser.setCurrentIndex([each for _, each in offers].index(side))
    chooser.setToolTip(chooser.currentText())


def _chooser(name: str) -> QComboBox:
    chooser = Chooser(name)
    chooser.setSizePolicy(QSizePolicy.Policy.Ignored, QSizePolicy.Policy.Fixed)
    chooser.setMinimumWidth(120)
    return chooser


def _button(caption: str, hint: str) -> QToolButton:
    button = QToolButton()
    button.setText(caption)
    button.setFocusPolicy(Qt.FocusPolicy.TabFocus)
    button.setAccessibleName(hint)
    button.setToolTip(hint)
    return button
