"""The slider across the slices of a stack."""

from PySide6.QtCore import Qt, Signal
from PySide6.QtWidgets import QSlider, QVBoxLayout, QWidget

from app.domain.words import tr
from app.ui import theme


class SliceBar(QWidget):
    """Stands beside the image of a stack, the first slice on top.

    Signals:
        slice_chosen(int): the user wants a slice, from 0.
    """

    slice_chosen = Signal(int)

    def __init__(self, parent: QWidget | None = None) -> None:
        """Start hidden."""
        super().__init__(parent)
        self.setObjectName("slicebar")
        self.setAttribute(Qt.WidgetAttribute.WA_StyledBackground)
        self.setFixedWidth(3 * theme.SPACE)
        self.slider = QSlider(Qt.Orientation.Vertical)
        self.slider.setAccessibleName(tr("Slice"))
        self.slider.setInvertedAppearance(True)
        self.slider.setInvertedControls(True)
        self.slider.setPageStep(5)
        self.slider.valueChanged.connect(self.slice_chosen)
        column = QVBoxLayout(self)
        column.setContentsMargins(0, theme.SPACE, 0, theme.SPACE)
        column.addWidget(self.slider, 0, Qt.AlignmentFlag.AlignHCenter)
        self.hide()

    def set_slices(self, count: int) -> None:
        """Show a stack of so many slices; a single picture needs no bar."""
        self.slider.blockSignals(True)
        self.slider.setRange(0, count - 1)
        self.slider.blockSignals(False)
        self.setVisible(count > 1)

    def set_slice(self, slice_index: int) -> None:
        """Show where the shown slice lies."""
        self.slider.blockSignals(True)
        self.slider.setValue(slice_index)
        self.slider.blockSignals(False)
