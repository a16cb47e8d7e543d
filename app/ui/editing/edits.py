"""The drawn masks of the open case and what may be done to them, without a widget."""

from collections.abc import Mapping
from dataclasses import replace
from typing import TypeAlias

from PySide6.QtCore import QObject, Signal, Slot

from app.domain.arrays import AnyArray, BoolArray
from app.domain.box import Box, Spot
from app.domain.case import Case
from app.domain.edit import Edit, Layer
from app.domain.masks import EditedMasks
from app.domain.view import View
from app.domain.words import tr
from app.ui.session import Session

SMALLEST_RADIUS = 0.5
_LARGEST_SHARE = 1 / 6
_FIRST_SHARE = 1 / 50
_STEP = 1.2
_TOLERANCE_SHARE = 1 / 10
_COLOUR_RANGE = 255.0

_Study: TypeAlias = tuple[object, ...]


class Edits(QObject):
    """Layers by case, the one in hand, and the size of the brush.

    Signals:
        touched(Box): pixels of the shown slice changed, or may have.
        settled(Edit): a step was ended, taken back or done again.
        changed(): layers, the one in hand, what can be taken back, or the brush.
    """

    touched = Signal(object)
    settled = Signal(object)
    changed = Signal()

    def __init__(self, session: Session, parent: QObject | None = None) -> None:
        """Start without a case."""
        super().__init__(parent)
        self.session = session
        self.masks: EditedMasks | None = None
        self.active: int | None = None
        self.radius = SMALLEST_RADIUS
        self.tolerance = 1.0
        self._studies: dict[_Study, EditedMasks] = {}
        self._study: _Study = ()
        self._slice_index = 0
        session.case_changed.connect(self._on_case_changed)
        session.view_changed.connect(self._on_view_changed)

    # What there is

    @property
    def slice_index(self) -> int:
        """The slice that is shown and drawn on."""
        return self.session.view.slice_index

    @property
    def layers(self) -> tuple[Layer, ...]:
        """The layers of the open case."""
        return () if self.masks is None else self.masks.layers

    @property
    def layer(self) -> Layer | None:
        """The layer in hand."""
        return None if self.masks is None else self.masks.layer(self.active)

    @property
    def mask(self) -> BoolArray | None:
        """What the layer in hand marks of the shown slice."""
        return None if self.masks is None or self.active is None else self.masks.mask(self.active, self.slice_index)

    @property
    def shape(self) -> tuple[int, int]:
        """Rows and columns of a slice."""
        return (1, 1) if self.session.case is None else self.session.case.shape

    @property
    def aspect(self) -> float:
        """Height of a pixel divided by its width."""
        return 1.0 if self.session.case is None else self.session.case.geometry.pixel_aspect

    @property
    def values(self) -> AnyArray | None:
        """The shown slice (rows, columns, channels), or None where it is not here."""
        case = self.session.case
        return None if case is None else case.pixels.slice(self.slice_index)

    @property
    def largest_radius(self) -> float:
        """Of the brush, in columns."""
        return max(SMALLEST_RADIUS, max(self.shape) * _LARGEST_SHARE)

    @property
    def most_tolerance(self) -> float:
        """Largest tolerance of grey values, in the case's unit."""
        case = self.session.case
        return _COLOUR_RANGE / 2 if case is None or case.window is None else max(case.window.width / 2, 1e-3)

    # Drawing

    def begin(self) -> bool:
        """Make ready for a stroke: see to it that there is a layer and that it is seen; say whether that can be."""
        if self.masks is None:
            return False
        if self.layer is None:
            self.add()
        elif self.active in self.masks.hidden:
            self.show_layer(self.active, True)
        return True

    def draw(self, spot: Spot, *, on: bool) -> None:
        """Mark pixels of the shown slice in the layer in hand, or take their marks away."""
        if self.masks is not None and self.active is not None:
            self._touch(self.masks.draw(self.active, self.slice_index, spot, on=on))

    def put(self, spot: Spot) -> None:
        """Make a box of the shown slice as it is given."""
        if self.masks is not None and self.active is not None:
            self._touch(self.masks.put(self.active, self.slice_index, spot))

    def end(self, caption: str) -> None:
        """End a stroke."""
        edit = None if self.masks is None else self.masks.commit(caption)
        if edit is not None:
            self._settle(edit)

    def clear_slice(self) -> None:
        """Take away all that the layer in hand marks of the shown slice."""
        mask = self.mask
        if self.masks is not None and self.active is not None and mask is not None:
            box = self.masks.extent(self.active, self.slice_index)
            self.draw(Spot(box, mask[box.slices].copy()), on=False)
            self.end(tr("clear slice"))

    def undo(self) -> None:
        """Take the last step back, and show where that was; a stroke under way ends first."""
        self.end(tr("stroke"))
        self._take(None if self.masks is None else self.masks.undo())

    def redo(self) -> None:
        """Do the step again that was taken back last, and show where that is; a stroke under way ends first."""
        self.end(tr("stroke"))
        self._take(None if self.masks is None else self.masks.redo())

    # Layers

    def add(self, name: str = "", origin: str = "", masks: Mapping[int, BoolArray] | None = None) -> None:
        """Add a layer and take it in hand."""
        if self.masks is None:
            return
        taken = {layer.name for layer in self.layers}
        name = _free(name or tr("my outline"), taken)
        colour = _free_colour([layer.colour for layer in self.layers])
        layer = self.masks.add(Layer(0, name, colour, origin=origin), tr("new outline"), masks)
        self.active = layer.key
        self._relisted()

    def remove(self, key: int) -> None:
        """Remove a layer; that can be taken back."""
        if self.masks is not None and self.masks.layer(key) is not None:
            self.masks.remove(key, tr("delete outline"))
            self._relisted()

    def rename(self, key: int, name: str) -> None:
        """Give a layer another name."""
        layer = None if self.masks is None else self.masks.layer(key)
        name = name.strip()
        if self.masks is not None and layer is not None and name and name != layer.name:
            others = {other.name for other in self.layers if other.key != key}
            self.masks.change(replace(layer, name=_free(name, others)), tr("rename"))
            self._relisted()
        else:
            self.changed.emit()

    def count_as_reader(self, key: int, counts: bool) -> None:
        """Let a layer count among the readers' masks, or not."""
        layer = None if self.masks is None else self.masks.layer(key)
        if self.masks is not None and layer is not None and layer.is_reader != counts:
            self.masks.change(replace(layer, is_reader=counts), tr("use as a reader"))
            self._relisted()

    def show_layer(self, key: int, shown: bool) -> None:
        """Show or hide a layer."""
        if self.masks is not None:
            self.masks.show(key, shown)
            self._touch_all()
            self.changed.emit()

    def activate(self, key: int) -> None:
        """Take a layer in hand."""
        if key != self.active:
            self.active = key
            self.changed.emit()

    # Tools

    def set_radius(self, radius: float) -> None:
        """Take another brush, in columns."""
        self.radius = min(max(radius, SMALLEST_RADIUS), self.largest_radius)
        self.changed.emit()

    def scale_radius(self, steps: int) -> None:
        """Take a larger brush, or a smaller one for steps below zero."""
        self.set_radius(self.radius * _STEP**steps)

    def set_tolerance(self, tolerance: float) -> None:
        """Let grey values differ by another amount, in the case's unit."""
        self.tolerance = min(max(tolerance, 0.0), self.most_tolerance)
        self.changed.emit()

    def restore(self, masks: EditedMasks) -> None:
        """Take layers that were kept elsewhere.

        Raises:
            ValueError: they were drawn on another case.
        """
        if self.masks is None or self.masks.shape != masks.shape:
            raise ValueError(f"drawn masks of {masks.shape} do not fit the open case")
        self._studies[self._study] = self.masks = masks
        self.active = masks.layers[-1].key if masks.layers else None
        self._relisted()

    def _touch(self, box: Box | None) -> None:
        if box is not None:
            self.touched.emit(box)

    def _touch_all(self) -> None:
        self.touched.emit(Box(0, self.shape[0], 0, self.shape[1]))

    def _relisted(self) -> None:
        self._touch_all()
        self._settle(Edit("", (), (), self.layers))

    def _settle(self, edit: Edit) -> None:
        if self.layer is None:
            self.active = self.layers[-1].key if self.layers else None
        self.settled.emit(edit)
        self.changed.emit()

    def _take(self, edit: Edit | None) -> None:
        """Show what was taken back or done again."""
        if edit is None:
            return
        slices = {patch.slice_index for patch in edit.patches}
        if slices and self.slice_index not in slices:
            self.session.show_slice(min(slices, key=lambda index: abs(index - self.slice_index)))
        if edit.patches:
            self.active = edit.patches[-1].layer
        self._touch_all()
        self._settle(edit)

    @Slot(object)
    def _on_case_changed(self, case: Case) -> None:
        study = (self.session.source, case.name, case.pixels.shape, case.sources)
        if study == self._study:
            self.changed.emit()  # its scale may be another, and with it what the layers and the brush measure
            return
        self._study = study
        self.masks = self._studies.setdefault(study, EditedMasks((case.slices, *case.shape)))
        self.active = self.layers[-1].key if self.layers else None
        self.radius = max(1.0, round(max(case.shape) * _FIRST_SHARE))
        self.tolerance = self.most_tolerance * _TOLERANCE_SHARE
        self._relisted()

    @Slot(object)
    def _on_view_changed(self, view: View) -> None:
        if view.slice_index != self._slice_index:
            self._slice_index = view.slice_index
            self._touch_all()
            self.changed.emit()


def _free(name: str, taken: set[str]) -> str:
    """Return a name that no other layer has."""
    number = 2
    free = name
    while free in taken:
        free, number = f"{name} {number}", number + 1
    return free


def _free_colour(taken: list[int]) -> int:
    """Return the colour that fewest layers have."""
    return min(range(5), key=taken.count)
