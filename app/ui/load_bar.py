"""How far the slices of the open study are read."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QHBoxLayout, QProgressBar, QPushButton, QWidget

from app.domain.words import tr
from app.ui import theme
from app.ui.controls import label
from app.ui.files import Loading


class LoadBar(QWidget):
    """Lies below the image while slices are still being read; the image can be used meanwhile.

    Signals:
        stop_asked(): the user wants no more to be read than what they look at.
    """

    stop_asked = Signal()

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("loadbar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.text = label("", "caption")
        self.text.setMinimumWidth(190)
        self.bar = QProgressBar()
        self.bar.setAccessibleName(tr("Slices read"))
        self.bar.setTextVisible(False)
        self.stop_button = QPushButton(tr("Stop reading"))
        self.stop_button.setProperty("role", "small")
        self.stop_button.setToolTip(tr("Slices that you scroll to are read all the same."))
        self.stop_button.clicked.connect(self.stop_asked)
        row = QHBoxLayout(self)
        row.setContentsMargins(2 * theme.SPACE, theme.SPACE // 2, 2 * theme.SPACE, theme.SPACE // 2)
        row.setSpacing(theme.SPACE + 4)
        row.addWidget(self.text)
        row.addWidget(self.bar, 1)
        row.addWidget(self.stop_button)
        self.hide()

    def set_loading(self, loading: Loading) -> None:
        """Show how far reading is; the bar goes when it has ended."""
        self.text.setText(tr("Reading slices: {n} of {m}").format(n=loading.done, m=loading.total))
        self.bar.setRange(0, loading.total)
        self.bar.setValue(loading.done)
        self.setVisible(loading.is_active and loading.total > 1)
